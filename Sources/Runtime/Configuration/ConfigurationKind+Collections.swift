extension ConfigurationKind where Value == [String] {
  /// A YAML list of texts, or texts separated by commas. An empty list is written `[]` in YAML and as empty text elsewhere.
  public static func list(_ expected: String = "a list, or texts separated by commas") -> Self { list(expected, isPath: false) }

  /// A list of paths.
  public static var paths: Self { list("a list of paths, or paths separated by commas", isPath: true) }

  private static func list(_ expected: String, isPath: Bool) -> Self {
    Self(
      expected: expected, shape: .list, isPath: isPath,
      read: { raw in
        if case .scalar("") = raw { return [] }
        guard let items = listItems(raw), items.allSatisfy({ !$0.isEmpty }) else { return nil }
        return items
      }, write: { $0.joined(separator: ",") })
  }
}

extension ConfigurationKind where Value == [String: String] {
  /// A YAML mapping, `name=value` pairs separated by commas, or one `--set key.name=value` per name.
  public static var map: Self {
    Self(
      expected: "a mapping of names to texts, or name=value pairs separated by commas", shape: .map,
      read: { raw in
        var result: [String: String] = [:]
        switch raw {
        case .list: return nil
        case .map(let entries):
          for entry in entries { result[entry.name] = entry.value }
        case .scalar(""): return [:]
        case .scalar(let text):
          for pair in text.split(separator: ",") {
            guard let equals = pair.firstIndex(of: "=") else { return nil }
            let name = trimmed(pair[..<equals])
            guard !name.isEmpty else { return nil }
            result[name] = trimmed(pair[pair.index(after: equals)...])
          }
        }
        return result
      }, write: { $0.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",") })
  }
}
