/// The parameters of a query, decoded as `application/x-www-form-urlencoded` (https://url.spec.whatwg.org/#urlencoded-parsing), strictly.
struct QueryString: Sendable, Equatable {
  struct Parameter: Sendable, Equatable {
    let name: String
    let value: String
  }

  private(set) var parameters: [Parameter] = []

  /// Nil when a percent escape is broken or the text is not UTF-8.
  init?(_ query: String) {
    for pair in query.split(separator: "&") {
      let equals = pair.firstIndex(of: "=")
      guard let name = PercentEncoding.decode(pair[..<(equals ?? pair.endIndex)], plusIsSpace: true),
        let value = PercentEncoding.decode(equals.map { pair[pair.index(after: $0)...] } ?? "", plusIsSpace: true)
      else { return nil }
      parameters.append(Parameter(name: name, value: value))
    }
  }

  /// Every value of a name, in the order given.
  func values(_ name: String) -> [String] { parameters.filter { $0.name == name }.map(\.value) }
}
