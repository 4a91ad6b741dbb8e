/// `indexes: {contains: …}`: what the GIN index of a document is of.
enum DeclaredContainment: String, Sendable, Hashable, CaseIterable {
  /// Every field; the default.
  case all = "true"
  /// The fields that `filters` compares for equality.
  case filters
  /// No field.
  case nothing = "false"

  func containment(of filters: [DeclaredFilter]) -> DocumentContainment {
    switch self {
    case .all: return .body
    case .nothing: return .none
    case .filters:
      var paths: [[String]] = []
      for filter in filters where filter.comparison == .equals && !paths.contains(filter.path) { paths.append(filter.path) }
      return paths.isEmpty ? .none : .fields(paths)
    }
  }
}
