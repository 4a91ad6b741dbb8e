extension CompiledProjection {
  /// Each field that shows other tables' rows is a part of its own; nil where there is none.
  var partial: PartialRecompute? {
    var parts: [String: DocumentParts] = [:]
    var touched: [TouchRule: DocumentParts] = [:]
    var root = DocumentParts.none
    for field in projection.fields {
      let chains = Self.chains(of: field.value, after: [])
      guard !chains.isEmpty else { continue }
      let part = DocumentParts(parts.count)
      parts[field.name] = part
      if showsRoot(field.value) { root = root.union(part) }
      for chain in chains {
        let rule = touch(chain)
        touched[rule] = touched[rule]?.union(part) ?? part
      }
    }
    guard !parts.isEmpty else { return nil }
    let single = [root] + Set(touched.values).subtracting([root]).sorted { $0.bits < $1.bits }
    return PartialRecompute(statement: statement(parts: parts, single: single), parts: touched, root: root)
  }

  /// Whether a value is another one when the root's row is: it shows a column of it, or rows that are found by one. The key does not count: with another
  /// one it is another document.
  private func showsRoot(_ value: ResolvedValue) -> Bool {
    switch value {
    case .column, .expression: true
    case .constant: false
    case .object(let fields): fields.contains { showsRoot($0.value) }
    case .embed(let embed): embed.steps.first?.joins.contains { join in !projection.key.contains { $0.name == join.before.name } } ?? true
    }
  }
}
