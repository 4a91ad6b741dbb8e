extension ProjectionStatement {
  /// The object of a row some of whose fields are taken over from the stored document where they are not touched.
  ///
  /// Most documents are touched by one change: its fields are put over the stored document, which costs half of what it costs to take the others out
  /// of it and to put them all together again. That is done where changes of several kinds have come together, also where one of another kind would
  /// touch more: rows are read for what is touched, and for nothing else.
  ///
  /// - Parameters:
  ///   - parts: Of the fields that are made of other rows. The others are always computed.
  ///   - single: What changes of one kind touch, the most frequent ones first.
  mutating func object(
    _ fields: [ResolvedField], parts: [String: DocumentParts], single: [DocumentParts], _ scope: inout Scope
  ) -> String {
    for (index, group) in scope.groups.enumerated() {
      // What several fields show is read where any of them is touched.
      let showing = fields.filter { !Set($0.value.embeds).isDisjoint(with: group.members) }.compactMap { parts[$0.name] }
      guard let first = showing.first else { continue }
      scope.groups[index].condition = Self.isTouched(showing.dropFirst().reduce(first) { $0.union($1) })
    }
    let written = fields.map { field in
      Pair(name: Self.literal(field.name), part: parts[field.name], fresh: value(field.value, &scope))
    }
    let all = written.map { pair in
      guard let part = pair.part else { return pair.text }
      return "\(pair.name), CASE WHEN \(Self.isTouched(part)) THEN \(pair.fresh) ELSE sluice_touched.body -> \(pair.name) END"
    }
    let cases = single.prefix(Self.mostCases).map { touched in
      let changed = written.filter { $0.part?.overlaps(touched) ?? true }.map(\.text)
      return "WHEN \(touched.bits) THEN \(changed.isEmpty ? "'{}'::jsonb" : Self.object(changed))"
    }
    guard !cases.isEmpty else { return write(Self.object(all), &scope) }
    let put = "sluice_touched.body || CASE sluice_touched.parts \(cases.joined(separator: " ")) END"
    return write("coalesce(\(put), \(Self.object(all)))", &scope)
  }

  /// A field as it is written.
  private struct Pair {
    let name: String
    /// Nil where it is always computed.
    let part: DocumentParts?
    let fresh: String

    var text: String { "\(name), \(fresh)" }
  }

  /// Each makes the statement longer, and its planning.
  private static let mostCases = 16

  private static func isTouched(_ parts: DocumentParts) -> String { "sluice_touched.parts & \(parts.bits) <> 0" }
}
