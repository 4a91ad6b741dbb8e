extension ProjectionStatement {
  /// The object of a row some of whose fields are taken over from the stored document where they are not touched.
  ///
  /// - Parameter parts: Of the fields that are made of other rows. The others are always computed.
  mutating func object(_ fields: [ResolvedField], parts: [String: DocumentParts], _ scope: inout Scope) -> String {
    for (index, group) in scope.groups.enumerated() {
      // What several fields show is read where any of them is touched.
      let showing = fields.filter { !Set($0.value.embeds).isDisjoint(with: group.members) }.compactMap { parts[$0.name] }
      guard let first = showing.first else { continue }
      scope.groups[index].condition = Self.isTouched(showing.dropFirst().reduce(first) { $0.union($1) })
    }
    var pairs: [String] = []
    for field in fields {
      let fresh = value(field.value, &scope)
      let name = Self.literal(field.name)
      if let part = parts[field.name] {
        pairs.append("\(name), CASE WHEN \(Self.isTouched(part)) THEN \(fresh) ELSE sluice_touched.body -> \(name) END")
      } else {
        pairs.append("\(name), \(fresh)")
      }
    }
    return write(Self.object(pairs), &scope)
  }

  private static func isTouched(_ parts: DocumentParts) -> String { "sluice_touched.parts & \(parts.bits) <> 0" }
}
