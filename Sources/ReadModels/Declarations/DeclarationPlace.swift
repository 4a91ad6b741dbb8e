/// Where in a file something is declared.
struct DeclarationPlace: Sendable, Hashable {
  var file: String
  /// From 1.
  var line: Int
  /// Names from the projection's down to this one, joined by dots.
  var key: String

  func problem(_ reason: String, value: String? = nil, suggestion: String? = nil) -> ProjectionProblem {
    ProjectionProblem(file: file, line: line, key: key, value: value, reason: reason, suggestion: suggestion)
  }
}

/// A text of a declaration and where it stands.
struct Located: Sendable, Hashable {
  var text: String
  var place: DeclarationPlace

  func problem(_ reason: String, suggestion: String? = nil) -> ProjectionProblem {
    place.problem(reason, value: text, suggestion: suggestion)
  }
}
