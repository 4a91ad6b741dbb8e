internal import Yams

/// Takes YAML nodes apart and collects what is wrong with them.
struct DeclarationReader {
  let file: String
  private(set) var problems: [ProjectionProblem] = []
  /// Aliases multiply what is written; what is read stays within this.
  private var nodesLeft = 20_000

  init(file: String) { self.file = file }

  /// One key of a mapping.
  struct Entry {
    let name: String
    let place: DeclarationPlace
    let node: Node

    var located: Located { Located(text: name, place: place) }
  }

  mutating func report(_ problem: ProjectionProblem) { problems.append(problem) }

  mutating func report(_ place: DeclarationPlace, _ reason: String, value: String? = nil, suggestion: String? = nil) {
    problems.append(place.problem(reason, value: value, suggestion: suggestion))
  }

  func place(_ node: Node, key: String) -> DeclarationPlace {
    DeclarationPlace(file: file, line: node.mark?.line ?? 1, key: key)
  }

  /// The entries of a mapping; those not `allowed` are reported, nil allows all names.
  mutating func entries(_ node: Node, at place: DeclarationPlace, allowed: [String]?, expected: String) -> [Entry] {
    guard case .mapping(let mapping) = node else {
      report(place, "expected \(expected), found \(Self.kind(node))", value: Self.isNull(node) ? nil : Self.text(node))
      return []
    }
    var entries: [Entry] = []
    for (keyNode, value) in mapping {
      nodesLeft -= 1
      guard nodesLeft > 0 else {
        report(place, "the declaration is too large")
        return entries
      }
      guard case .scalar(let scalar) = keyNode else {
        report(self.place(keyNode, key: place.key), "expected a name before the colon")
        continue
      }
      let key = place.key.isEmpty ? scalar.string : place.key + "." + scalar.string
      let keyPlace = self.place(keyNode, key: key)
      if let allowed, !allowed.contains(scalar.string) {
        let nearest = NearestName.to(scalar.string, among: allowed)
        report(
          keyPlace, "there is no such key here; expected \(Self.list(allowed))", suggestion: nearest)
        continue
      }
      entries.append(Entry(name: scalar.string, place: keyPlace, node: value))
    }
    return entries
  }

  /// A text that is not empty.
  mutating func text(_ entry: Entry, expected: String) -> Located? { text(entry.node, at: entry.place, expected: expected) }

  mutating func text(_ node: Node, at place: DeclarationPlace, expected: String) -> Located? {
    guard case .scalar(let scalar) = node, !Self.isNull(scalar) else {
      report(place, "expected \(expected), found \(Self.kind(node))")
      return nil
    }
    guard !scalar.string.isEmpty, !scalar.string.utf8.contains(0) else {
      report(place, "expected \(expected), found an empty text")
      return nil
    }
    return Located(text: scalar.string, place: DeclarationPlace(file: file, line: node.mark?.line ?? place.line, key: place.key))
  }

  /// One text, or a list of them.
  mutating func texts(_ entry: Entry, expected: String) -> [Located] {
    guard case .sequence(let sequence) = entry.node else { return text(entry, expected: expected).map { [$0] } ?? [] }
    if sequence.isEmpty { report(entry.place, "expected \(expected), found an empty list") }
    return sequence.compactMap { text($0, at: entry.place, expected: expected) }
  }

  mutating func integer(_ entry: Entry, _ range: ClosedRange<Int>) -> Int? {
    if case .scalar(let scalar) = entry.node, let number = Int(scalar.string), range.contains(number) { return number }
    report(entry.place, "expected a whole number from \(range.lowerBound) to \(range.upperBound)", value: Self.text(entry.node))
    return nil
  }

  mutating func boolean(_ entry: Entry) -> Bool? {
    if case .scalar(let scalar) = entry.node, let flag = ["true": true, "false": false][scalar.string] { return flag }
    report(entry.place, "expected true or false", value: Self.text(entry.node))
    return nil
  }

  mutating func choice<Choice: RawRepresentable & CaseIterable>(_ entry: Entry, _: Choice.Type) -> Choice? where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue)
    guard let text = text(entry, expected: "one of " + Self.list(names)) else { return nil }
    if let choice = Choice(rawValue: text.text) { return choice }
    report(text.problem("expected one of \(Self.list(names))", suggestion: NearestName.to(text.text, among: names)))
    return nil
  }

  /// A constant as JSON text.
  mutating func json(_ node: Node, at place: DeclarationPlace, depth: Int = 0) -> String {
    nodesLeft -= 1
    guard depth < 20, nodesLeft > 0 else {
      report(place, "the constant is nested too deeply")
      return "null"
    }
    switch node {
    case .scalar(let scalar): return Self.json(scalar)
    case .sequence(let sequence): return "[" + sequence.map { json($0, at: place, depth: depth + 1) }.joined(separator: ",") + "]"
    case .mapping(let mapping):
      let members = mapping.map { key, value in
        JSONFragment.string(Self.text(key) ?? "") + ":" + json(value, at: place, depth: depth + 1)
      }
      return "{" + members.joined(separator: ",") + "}"
    case .alias:
      report(place, "aliases are not supported here")
      return "null"
    }
  }

  private static func json(_ scalar: Node.Scalar) -> String {
    guard scalar.style == .plain || scalar.style == .any else { return JSONFragment.string(scalar.string) }
    if isNull(scalar) { return "null" }
    if ["true", "false"].contains(scalar.string) { return scalar.string }
    return isNumber(scalar.string) ? scalar.string : JSONFragment.string(scalar.string)
  }

  /// A number as JSON writes it.
  private static func isNumber(_ text: String) -> Bool {
    var rest = text.utf8[...]
    func digits() -> Int {
      let count = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let leadingZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, !leadingZero || whole == 1 else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard digits() > 0 else { return false }
    }
    if let exponent = rest.first, [UInt8(ascii: "e"), UInt8(ascii: "E")].contains(exponent) {
      rest = rest.dropFirst()
      if let sign = rest.first, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(sign) { rest = rest.dropFirst() }
      guard (1...3).contains(digits()) else { return false }
    }
    return rest.isEmpty
  }

  static func isNull(_ scalar: Node.Scalar) -> Bool {
    (scalar.style == .plain || scalar.style == .any) && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  static func isNull(_ node: Node) -> Bool {
    if case .scalar(let scalar) = node { isNull(scalar) } else { false }
  }

  /// The text of a scalar; nil for anything else.
  static func text(_ node: Node) -> String? {
    if case .scalar(let scalar) = node { scalar.string } else { nil }
  }

  static func kind(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar): isNull(scalar) ? "nothing" : "a text"
    case .sequence: "a list"
    case .mapping: "a section"
    case .alias: "an alias"
    }
  }

  static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
