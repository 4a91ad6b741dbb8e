internal import Logging

/// `org.apache.kafka.connect.transforms.InsertField`: fields with what is known of the record, or with a constant.
struct InsertField: ConfiguredTransform {
  static let options = [
    TransformOption("topic.field"), TransformOption("partition.field"), TransformOption("offset.field"), TransformOption("timestamp.field"),
    TransformOption("static.field"), TransformOption("static.value"), .replaceNullWithDefault,
  ]

  private enum Source: String, CaseIterable {
    case topic, partition, timestamp
    case constant = "static"
  }

  /// A field's name; `!` behind it makes the field required, `?` or nothing optional.
  private struct Insertion {
    var source: Source
    var name: String
    var isOptional: Bool

    init(_ source: Source, _ spec: String) {
      self.source = source
      isOptional = !spec.hasSuffix("!")
      name = spec.hasSuffix("!") || spec.hasSuffix("?") ? String(spec.dropLast()) : spec
    }

    var schema: ConnectSchema {
      switch source {
      case .topic, .constant: ConnectSchema(.string, isOptional: isOptional)
      case .partition: ConnectSchema(.int32, isOptional: isOptional)
      case .timestamp: LogicalType.timestamp.schema(isOptional: isOptional)
      }
    }
  }

  private let insertions: [Insertion]
  private let constant: String?
  private let replacesNull: Bool
  private let part: RecordPart
  private let cache = SchemaCache()

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    guard !options.has("offset.field") else {
      throw options.error("offset.field", "a record has no offset before Kafka has it: the option is for sink connectors")
    }
    insertions = Source.allCases.compactMap { source in options.text(source.rawValue + ".field").map { Insertion(source, $0) } }
    constant = options.text("static.value")
    replacesNull = options.flag("replace.null.with.default")
    self.part = part
    guard !insertions.isEmpty else {
      throw options.error("no field is inserted; expected topic.field, partition.field, timestamp.field or static.field")
    }
    guard constant != nil || !insertions.contains(where: { $0.source == .constant }) else {
      throw options.error("static.field", "expected static.value beside it")
    }
  }

  /// A constant in a field of the value.
  init(field: String, constant: String, replacesNull: Bool) {
    insertions = [Insertion(.constant, field)]
    self.constant = constant
    self.replacesNull = replacesNull
    part = .value
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    guard !part.value(of: record).isNull else { return true }
    guard let schema = part.schema(of: record) else {
      var entries = try part.map(of: record)
      for insertion in insertions {
        let value = value(insertion.source, record)
        if !value.isNull { entries[insertion.name] = value }
      }
      part.set(nil, .map(entries), in: &record)
      return true
    }
    let view = try part.structure(of: record)
    let updated = try cache.made(from: schema) { () throws(CaptureError) in
      var list = FieldList(schema.fields)
      for insertion in insertions { try list.append(insertion.name, insertion.schema) }
      return schema.basics(.structure, fields: list.fields)
    }
    var values: [ConnectValue] = []
    values.reserveCapacity(updated.fields.count)
    for (i, field) in schema.fields.enumerated() {
      values.append(try StructView.checked(view.value(at: i, withDefault: replacesNull), for: field))
    }
    // A record without partition or timestamp leaves the field as it is: null, which a required one cannot be.
    for insertion in insertions { values.append(value(insertion.source, record)) }
    part.set(updated, .structure(values), in: &record)
    return true
  }

  private func value(_ source: Source, _ record: ConnectRecord) -> ConnectValue {
    switch source {
    case .topic: .string(record.topic)
    case .partition: record.partition.map { .integer(Int64($0)) } ?? .null
    case .timestamp: record.timestamp.map { .integer($0) } ?? .null
    case .constant: constant.map { .string($0) } ?? .null
    }
  }
}
