import Hummingbird

/// Which paths exist and under which methods.
struct RoutePatterns: Sendable {
  struct Pattern: Sendable {
    let text: String
    let segments: [Substring]
    let methods: Set<HTTPRequest.Method>
    /// The value of an `Allow` header.
    let allow: String
  }

  private let patterns: [Pattern]

  init(_ methodsByPattern: [String: Set<HTTPRequest.Method>]) {
    patterns = methodsByPattern.map { text, methods in
      let all = methods.contains(.get) ? methods.union([.head]) : methods
      return Pattern(
        text: text, segments: text.split(separator: "/"), methods: all, allow: all.map(\.rawValue).sorted().joined(separator: ", "))
    }.sorted { left, right in
      // A fixed segment goes before a parameter, as in the router.
      let a = left.segments.filter { $0.hasPrefix("{") }.count
      let b = right.segments.filter { $0.hasPrefix("{") }.count
      return (a, left.text) < (b, right.text)
    }
  }

  /// The pattern that a path belongs to; nil when there is none.
  func match(_ path: String) -> Pattern? {
    let segments = path.split(separator: "/")
    return patterns.first { pattern in
      pattern.segments.count == segments.count && zip(pattern.segments, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
  }
}
