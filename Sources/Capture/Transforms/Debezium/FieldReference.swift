/// A field of an envelope that ExtractNewRecordState adds to rows or headers: `op`, `source.lsn`, `lsn:LSN`.
struct FieldReference: Sendable {
  /// The struct inside the envelope; nil for the envelope itself.
  let parent: String?
  let field: String
  /// What it is called where it is added.
  let newName: String

  /// - Throws: `CaptureError` for an entry that is not `[struct.]field[:name]`.
  init(_ entry: String, prefix: String) throws(CaptureError) {
    let parts = entry.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let path = (parts.first ?? "").split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, path.count <= 2, !parts.contains(""), !path.contains("") else {
      throw .configuration("\"\(entry)\" is no field; expected [struct.]field[:name],…")
    }
    field = path.last ?? ""
    parent = path.count == 2 ? path[0] : Self.home(of: field)
    newName = prefix + (parts.count == 2 ? parts[1] : path.joined(separator: "_"))
  }

  /// The struct in which a field is looked for that is named without one.
  private static func home(of field: String) -> String? {
    switch field {
    case "id", "data_collection_order", "total_order": "transaction"
    case "op", "ts_ms", "ts_us", "ts_ns": nil
    default: "source"
    }
  }

  static func list(_ option: String, prefix: String, _ options: TransformOptions) throws(CaptureError) -> [FieldReference] {
    var references: [FieldReference] = []
    for entry in options.list(option) {
      do { references.append(try FieldReference(entry, prefix: options.text(prefix) ?? "")) } catch {
        throw options.error(option, error.reason)
      }
    }
    return references
  }

  /// Where the field stands: in its struct, else in the envelope, where another transform may have put it; nil if nowhere.
  ///
  /// - Throws: `CaptureError` if the envelope has no such struct.
  private func place(in envelope: ConnectSchema) throws(CaptureError) -> (parent: Int?, index: Int)? {
    if let parent {
      guard let at = envelope.index(of: parent) else {
        throw .configuration("the envelope has no \"\(parent)\"; it has \(envelope.fields.map(\.name).joined(separator: ", "))")
      }
      if let index = envelope.fields[at].schema.index(of: field) { return (at, index) }
    }
    return envelope.index(of: field).map { (nil, $0) }
  }

  /// The field in envelopes of a schema; nil if they have no such field.
  ///
  /// - Throws: `CaptureError` if the envelope has no such struct.
  func resolved(in envelope: ConnectSchema) throws(CaptureError) -> ResolvedField? {
    guard let place = try place(in: envelope) else { return nil }
    let holder = place.parent.map { envelope.fields[$0].schema } ?? envelope
    let schema = holder.fields[place.index].schema
    return ResolvedField(
      name: newName, schema: schema.basics(isOptional: true, fields: schema.fields), holder: holder, parent: place.parent,
      index: place.index,
      condition: place.parent == nil ? parent.flatMap { envelope.index(of: $0) } : nil,
      isSnapshotMark: parent == "source" && field == "snapshot")
  }
}
