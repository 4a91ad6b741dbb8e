/// A strict reader of the text exposition format 0.0.4, written from the format's own description, so that the writer is not
/// tested against itself: https://prometheus.io/docs/instrumenting/exposition_formats/
struct ExpositionParser {
  struct Sample: Equatable {
    var name: String
    var labels: [String: String]
    var value: Double
  }

  struct Family: Equatable {
    var type: String
    var help: String?
    var samples: [Sample] = []
  }

  struct Failure: Error, CustomStringConvertible {
    var line: Int
    var description: String
  }

  private(set) var families: [String: Family] = [:]

  init(_ text: String) throws {
    var current: String?
    var pendingHelp: (name: String, help: String)?
    var seen: Set<String> = []
    guard text.isEmpty || text.hasSuffix("\n") else { throw Failure(line: 0, description: "the last line has no line feed") }
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().enumerated() {
      func fail(_ reason: String) -> Failure { Failure(line: index + 1, description: "\(reason): \(line)") }
      if line.hasPrefix("# HELP ") {
        let rest = line.dropFirst(7)
        guard let space = rest.firstIndex(of: " ") else { throw fail("HELP without text") }
        guard let help = Self.unescape(rest[rest.index(after: space)...], quotes: false) else { throw fail("bad escape") }
        pendingHelp = (String(rest[..<space]), help)
      } else if line.hasPrefix("# TYPE ") {
        let parts = line.dropFirst(7).split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isName(parts[0]) else { throw fail("bad TYPE") }
        guard ["counter", "gauge", "histogram", "summary", "untyped"].contains(parts[1]) else { throw fail("unknown type") }
        let name = String(parts[0])
        guard families[name] == nil else { throw fail("TYPE twice, or samples apart from each other") }
        if let pendingHelp, pendingHelp.name != name { throw fail("HELP of another metric") }
        families[name] = Family(type: String(parts[1]), help: pendingHelp?.help)
        pendingHelp = nil
        current = name
      } else if line.isEmpty || line.hasPrefix("#") {
        throw fail("unexpected line")
      } else {
        guard let current, let family = families[current] else { throw fail("sample before TYPE") }
        let sample = try Self.sample(line, fail)
        let suffixes = family.type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard suffixes.contains(where: { sample.name == current + $0 }) else { throw fail("sample of another metric") }
        guard seen.insert(sample.name + "\(sample.labels.sorted { $0.key < $1.key })").inserted else { throw fail("sample twice") }
        families[current]?.samples.append(sample)
      }
    }
    for (name, family) in families where family.type == "histogram" { try Self.check(histogram: family, name) }
  }

  private static func sample(_ line: Substring, _ fail: (String) -> Failure) throws -> Sample {
    let nameEnd = line.firstIndex { $0 == "{" || $0 == " " } ?? line.endIndex
    let name = line[..<nameEnd]
    guard isName(name) else { throw fail("bad name") }
    var rest = line[nameEnd...]
    var labels: [String: String] = [:]
    if rest.first == "{" {
      rest = rest.dropFirst()
      while rest.first != "}" {
        guard let equals = rest.firstIndex(of: "="), isLabel(rest[..<equals]) else { throw fail("bad label") }
        let label = String(rest[..<equals])
        rest = rest[rest.index(after: equals)...]
        guard rest.first == "\"" else { throw fail("label without quote") }
        rest = rest.dropFirst()
        var end = rest.startIndex
        while end < rest.endIndex, rest[end] != "\"" {
          end = rest.index(after: end)
          if rest[rest.index(before: end)] == "\\" { end = rest.index(after: end) }
        }
        guard end < rest.endIndex, let value = unescape(rest[..<end], quotes: true) else { throw fail("bad label value") }
        guard labels.updateValue(value, forKey: label) == nil else { throw fail("label twice") }
        rest = rest[rest.index(after: end)...]
        if rest.first == "," { rest = rest.dropFirst() } else if rest.first != "}" { throw fail("no comma") }
      }
      rest = rest.dropFirst()
    }
    guard rest.first == " " else { throw fail("no space before the value") }
    guard let value = number(String(rest.dropFirst())) else { throw fail("bad number") }
    return Sample(name: String(name), labels: labels, value: value)
  }

  private static func check(histogram: Family, _ name: String) throws {
    var bySeries: [[String: String]: [Sample]] = [:]
    for sample in histogram.samples {
      var labels = sample.labels
      labels["le"] = nil
      bySeries[labels, default: []].append(sample)
    }
    for samples in bySeries.values {
      let buckets = samples.filter { $0.name == name + "_bucket" }
      let bounds = buckets.map { $0.labels["le"].flatMap(number) ?? .nan }
      guard bounds == bounds.sorted(), Set(bounds).count == bounds.count, bounds.last == .infinity else {
        throw Failure(line: 0, description: "\(name): buckets are not ascending to +Inf")
      }
      guard buckets.map(\.value) == buckets.map(\.value).sorted() else { throw Failure(line: 0, description: "\(name): counts fall") }
      guard samples.first(where: { $0.name == name + "_count" })?.value == buckets.last?.value,
        samples.contains(where: { $0.name == name + "_sum" })
      else { throw Failure(line: 0, description: "\(name): count or sum is wrong") }
    }
  }

  private static func isName(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy {
      ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F || $0 == 0x3A
    }
  }

  private static func isLabel(_ text: some StringProtocol) -> Bool { isName(text) && !text.contains(":") && !text.hasPrefix("__") }

  private static func number(_ text: String) -> Double? {
    switch text {
    case "+Inf": return .infinity
    case "-Inf": return -.infinity
    case "NaN": return .nan
    default:
      guard !text.isEmpty, text.utf8.allSatisfy({ "0123456789+-.e".utf8.contains($0) }) else { return nil }
      return Double(text)
    }
  }

  private static func unescape(_ text: Substring, quotes: Bool) -> String? {
    var result = ""
    var iterator = text.makeIterator()
    while let character = iterator.next() {
      guard character == "\\" else {
        result.append(character)
        continue
      }
      switch iterator.next() {
      case "\\": result.append("\\")
      case "n": result.append("\n")
      case "\"" where quotes: result.append("\"")
      default: return nil
      }
    }
    return result
  }
}
