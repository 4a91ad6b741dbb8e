internal import Logging

/// `io.debezium.transforms.ByLogicalTableRouter`: several tables in one topic, their keys told apart by a field with the table's name.
struct ByLogicalTableRouter: ConfiguredTransform {
  static let options = [
    TransformOption("topic.regex", .pattern, isRequired: true), TransformOption("topic.replacement", isRequired: true),
    TransformOption("key.enforce.uniqueness", .flag, fallback: "true"),
    TransformOption("key.field.name", fallback: "__dbz__physicalTableIdentifier"), TransformOption("key.field.regex", .pattern),
    TransformOption("key.field.replacement"),
    TransformOption("schema.name.adjustment.mode", .choice(["none", "avro", "avro_unicode"], ignoringCase: true), fallback: "none"),
    TransformOption("logical.table.cache.size", .integer, fallback: "16"),
  ]
  static let hasParts = false

  private let router: RegexRouter
  private let identifier: RegexRouter?
  private let isUnique: Bool
  private let keyField: String
  private let adjustment: NameAdjustment
  private let keys: SchemaCache
  private let envelopes: SchemaCache

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    func router(_ regex: String, _ replacement: String) throws(CaptureError) -> RegexRouter {
      let pattern = try options.pattern(regex)
      let text = options.text(replacement) ?? ""
      do { try pattern.validate(replacement: text) } catch {
        throw options.error(replacement, "expected groups ($1, ${name}) that the regular expression has")
      }
      return RegexRouter(pattern: pattern, replacement: text)
    }
    guard options.filled("topic.regex") != nil else { throw options.error("topic.regex", "expected a regular expression") }
    guard options.filled("topic.replacement") != nil else { throw options.error("topic.replacement", "expected a topic's name") }
    self.router = try router("topic.regex", "topic.replacement")
    if options.filled("key.field.regex") != nil {
      guard options.filled("key.field.replacement") != nil else {
        throw options.error("key.field.regex", "expected key.field.replacement beside it")
      }
      identifier = try router("key.field.regex", "key.field.replacement")
    } else {
      identifier = nil
    }
    isUnique = options.flag("key.enforce.uniqueness")
    keyField = options.filled("key.field.name") ?? "__dbz__physicalTableIdentifier"
    adjustment = NameAdjustment(mode: try options.choice("schema.name.adjustment.mode", NameAdjustment.Mode.self), isField: false)
    let size = options.filled("logical.table.cache.size").flatMap { Int($0) } ?? 16
    guard size > 0 else { throw options.error("logical.table.cache.size", "expected a number above 0") }
    keys = SchemaCache(limit: size)
    envelopes = SchemaCache(limit: size)
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    guard try router.pattern.test(topic: record.topic) else { return true }
    let old = record.topic
    let topic = try router.topic(from: old)
    guard !topic.isEmpty else {
      logger.warning("topic.replacement gives an empty name; the record stays where it was", metadata: ["topic": "\(old)"])
      return true
    }
    record.topic = topic
    if record.key.isNull {
      record.keySchema = nil
    } else {
      try identify(&record, from: old)
    }
    if let envelope = DebeziumEnvelope(record) { try rename(&record, envelope) }
    return true
  }

  private func identify(_ record: inout ConnectRecord, from old: String) throws(CaptureError) {
    let key = try RecordPart.key.structure(of: record)
    let topic = record.topic
    let schema = try keys.made(from: key.schema, variant: topic) { () throws(CaptureError) in
      var list = FieldList(key.schema.fields)
      if isUnique { try list.append(keyField, .string) }
      return key.schema.copy(name: adjustment.adjust(topic + ".Key"), fields: list.fields)
    }
    var values = key.values
    if isUnique { values.append(.string(try identifier?.topic(from: old) ?? old)) }
    record.keySchema = schema
    record.key = .structure(values)
  }

  /// The envelope's and the row's schemas are named after the new topic; values stay.
  private func rename(_ record: inout ConnectRecord, _ envelope: DebeziumEnvelope) throws(CaptureError) {
    let topic = record.topic
    let old = try envelope.rowSchema("before")
    let schema = try envelopes.made(from: envelope.view.schema, variant: topic) { () throws(CaptureError) in
      let row = old.copy(name: adjustment.adjust(topic + ".Value"), fields: old.fields)
      let fields = envelope.view.schema.fields.map { field in
        field.name == "before" || field.name == "after" ? ConnectSchema.Field(name: field.name, schema: row) : field
      }
      return envelope.view.schema.copy(name: adjustment.adjust(topic + ".Envelope"), fields: fields)
    }
    record.valueSchema = schema
    record.value = try StructView.make(schema) { (i) throws(CaptureError) in envelope.view.value(at: i) }
  }
}

extension ConnectSchema {
  /// The struct's schema under another name and with other fields, without a default.
  fileprivate func copy(name: String, fields: [Field]) -> ConnectSchema {
    ConnectSchema(.structure, isOptional: isOptional, name: name, version: version, doc: doc, parameters: parameters, fields: fields)
  }
}
