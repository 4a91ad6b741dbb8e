internal import Synchronization

/// Where a `FieldReference` points in envelopes of one schema.
struct ResolvedField: Sendable {
  /// What it is called where it is added.
  var name: String
  /// The schema under which it is added: optional, and without a default.
  var schema: ConnectSchema
  /// The struct that it stands in.
  var holder: ConnectSchema
  /// That struct's index in the envelope; nil for the envelope itself.
  var parent: Int?
  var index: Int
  /// The struct that it was looked for in and is not: where that is null, so is the field.
  var condition: Int?
  /// `source.snapshot`.
  var isSnapshotMark: Bool

  /// The field's own value, never its default.
  func value(in envelope: StructView) -> ConnectValue {
    if let condition, envelope.value(at: condition, withDefault: false).isNull { return .null }
    guard let parent else { return envelope.value(at: index, withDefault: false) }
    guard let view = StructView(envelope.value(at: parent, withDefault: false), holder) else { return .null }
    let value = view.value(at: index, withDefault: false)
    // Debezium leaves `snapshot` unset on streamed changes: what readers see there is the default, which is not the field's own value.
    if isSnapshotMark, value == holder.fields[index].schema.defaultValue { return .null }
    return value
  }
}

/// References resolved against the envelopes that come, once for each table.
final class FieldReferences: Sendable {
  private struct Entry {
    /// Kept, so that no other schema takes its identity.
    var envelope: ConnectSchema
    var fields: [ResolvedField]
  }

  private static let limit = 256
  private let references: [FieldReference]
  private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

  init(_ references: [FieldReference]) { self.references = references }

  /// Whether there are none.
  var isEmpty: Bool { references.isEmpty }

  /// The names that the operation is added under.
  var operationNames: [String] { references.filter { $0.field == "op" }.map(\.newName) }

  /// Those that envelopes of this schema have, in the order of the list.
  func resolved(in envelope: ConnectSchema) throws(CaptureError) -> [ResolvedField] {
    if let known = entries.withLock({ $0[ObjectIdentifier(envelope)]?.fields }) { return known }
    var fields: [ResolvedField] = []
    for reference in references { if let field = try reference.resolved(in: envelope) { fields.append(field) } }
    entries.withLock { [fields] in
      if $0.count >= Self.limit { $0.removeAll() }
      $0[ObjectIdentifier(envelope)] = Entry(envelope: envelope, fields: fields)
    }
    return fields
  }
}
