extension CompiledProjection {
  /// Each field that shows other tables' rows is a part of its own; nil where there is none.
  var partial: PartialRecompute? {
    var parts: [String: DocumentParts] = [:]
    var touched: [TouchRule: DocumentParts] = [:]
    for field in projection.fields {
      let chains = Self.chains(of: field.value, after: [])
      guard !chains.isEmpty else { continue }
      let part = DocumentParts(parts.count)
      parts[field.name] = part
      for chain in chains {
        let rule = touch(chain)
        touched[rule] = touched[rule]?.union(part) ?? part
      }
    }
    guard !parts.isEmpty else { return nil }
    return PartialRecompute(statement: statement(parts: parts), parts: touched)
  }
}
