/// ReplaceField: which fields stay, and under which names.
struct ReplaceFieldSettings: Sendable {
  var exclude: Set<String>
  var include: Set<String>
  let renames: [String: String]
  private let former: [String: String]

  init(exclude: Set<String>, include: Set<String>, renames: [String: String]) {
    self.exclude = exclude
    self.include = include
    self.renames = renames
    former = Dictionary(renames.map { ($0.value, $0.key) }) { min($0, $1) }
  }

  /// The name that a field of this name had.
  func formerName(of field: String) -> String { former[field] ?? field }

  /// The field's new name, nil if it is dropped.
  func name(for field: String) -> String? {
    guard !exclude.contains(field), include.isEmpty || include.contains(field) else { return nil }
    return renames[field] ?? field
  }
}
