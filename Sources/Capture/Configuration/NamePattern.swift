internal import Foundation

/// A regular expression in Java's dialect as connector files use it (compiled by ICU, whose syntax is Java's).
///
/// Expressions come from outside, and some take exponential time (`(a+)+b`): each match has a deadline, and expressions and texts have a
/// greatest length.
struct NamePattern: Sendable {
  let source: String
  private let watch: PatternWatch
  private let whole: NSRegularExpression
  private let anywhere: NSRegularExpression
  private let groupNames: [String: Int]

  /// UTF-16 units of an expression.
  static let longestPattern = 16 << 10
  /// UTF-16 units of a text: topics and names are far below.
  static let longestText = 64 << 10
  /// How long one match may take.
  static let deadline: Duration = .seconds(1)

  /// - Parameter watch: told of a match that was given up.
  /// - Throws: `PatternError` for what is no expression, or too long a one.
  init(_ source: String, caseInsensitive: Bool = false, watch: PatternWatch = PatternWatch()) throws(PatternError) {
    guard source.utf16.count <= Self.longestPattern else { throw PatternError(pattern: source) }
    self.watch = watch
    let options: NSRegularExpression.Options = caseInsensitive ? [.caseInsensitive] : []
    do {
      anywhere = try NSRegularExpression(pattern: source, options: options)
      whole = try NSRegularExpression(pattern: "\\A(?:\(source))\\z", options: options)
    } catch {
      throw PatternError(pattern: source)
    }
    self.source = source
    groupNames = Self.groupNames(in: source)
  }

  /// Java's `Matcher.matches()`: the pattern covers the whole text. A match that takes too long is none, and the watch is told.
  func matches(_ text: String) -> Bool { (try? test(text)) ?? false }

  /// As ``matches(_:)``.
  ///
  /// - Throws: `PatternError` where it takes too long, or has taken too long before.
  func test(_ text: String) throws(PatternError) -> Bool { try first(whole, in: text) != nil }

  private func first(_ expression: NSRegularExpression, in text: String) throws(PatternError) -> NSTextCheckingResult? {
    guard !watch.hasGivenUp(source) else { throw PatternError(pattern: source, isTooSlow: true) }
    let length = text.utf16.count
    guard length <= Self.longestText else { throw giveUp(text) }
    let end = ContinuousClock.now + Self.deadline
    var found: NSTextCheckingResult?
    var isGivenUp = false
    let range = NSRange(location: 0, length: length)
    expression.enumerateMatches(in: text, options: [.reportProgress, .reportCompletion], range: range) { match, flags, stop in
      if let match {
        found = match
        stop.pointee = true
      } else if flags.contains(.internalError) || ContinuousClock.now >= end {
        // ICU's own bound, of the memory for what it would try again, is an error, too: it is no answer.
        isGivenUp = true
        stop.pointee = true
      }
    }
    if isGivenUp, found == nil { throw giveUp(text) }
    return found
  }

  private func giveUp(_ text: String) -> PatternError {
    watch.giveUp(source, on: text)
    return PatternError(pattern: source, isTooSlow: true)
  }

  /// Kafka Connect's RegexRouter: `nil` unless the whole text matches, else Java's `replaceFirst(replacement)`.
  func replacing(_ text: String, with replacement: String) throws(PatternError) -> String? {
    guard try test(text), let match = try first(anywhere, in: text) else { return nil }
    let units = text as NSString
    let head = units.substring(to: match.range.location)
    let tail = units.substring(from: match.range.location + match.range.length)
    return head + (try expand(replacement, match: match, in: units)) + tail
  }

  /// Checks a replacement once, at configuration: every group it names exists.
  func validate(replacement: String) throws(PatternError) {
    _ = try expand(replacement, match: nil, in: "")
  }

  private func expand(_ replacement: String, match: NSTextCheckingResult?, in text: NSString) throws(PatternError) -> String {
    func group(_ index: Int) throws(PatternError) -> String {
      guard index <= anywhere.numberOfCaptureGroups else { throw PatternError(pattern: replacement) }
      guard let range = match?.range(at: index), range.location != NSNotFound else { return "" }
      return text.substring(with: range)
    }
    var out = ""
    var rest = Substring(replacement)
    while let character = rest.popFirst() {
      switch character {
      case "\\":
        guard let next = rest.popFirst() else { throw PatternError(pattern: replacement) }
        out.append(next)
      case "$" where rest.first == "{":
        guard let end = rest.firstIndex(of: "}") else { throw PatternError(pattern: replacement) }
        let name = String(rest[rest.index(after: rest.startIndex)..<end])
        guard let index = groupNames[name] else { throw PatternError(pattern: replacement) }
        out += try group(index)
        rest = rest[rest.index(after: end)...]
      case "$":
        guard let first = rest.popFirst(), var index = first.wholeNumberValue else { throw PatternError(pattern: replacement) }
        // Java takes further digits while they still name an existing group.
        while let digit = rest.first?.wholeNumberValue, index * 10 + digit <= anywhere.numberOfCaptureGroups {
          index = index * 10 + digit
          rest.removeFirst()
        }
        out += try group(index)
      default: out.append(character)
      }
    }
    return out
  }

  /// Numbers of the named groups: opening parentheses counted from the left, as both dialects do.
  private static func groupNames(in pattern: String) -> [String: Int] {
    var names: [String: Int] = [:]
    var count = 0
    var inClass = false
    let characters = Array(pattern)
    var i = 0
    while i < characters.count {
      switch characters[i] {
      case "\\": i += 1
      case "[": inClass = true
      case "]": inClass = false
      case "(" where !inClass:
        guard i + 1 < characters.count, characters[i + 1] == "?" else {
          count += 1
          break
        }
        if i + 3 < characters.count, characters[i + 2] == "<", characters[i + 3].isLetter,
          let end = characters[i...].firstIndex(of: ">")
        {
          count += 1
          names[String(characters[(i + 3)..<end])] = count
        }
      default: break
      }
      i += 1
    }
    return names
  }
}

/// A pattern, or a replacement, that is not in the dialect, or whose match was given up.
struct PatternError: Error, Hashable, Sendable {
  var pattern: String
  var isTooSlow = false

  /// What was expected, for a message that names the pattern.
  var expectation: String {
    if isTooSlow { return "matching it was given up after \(NamePattern.deadline): write it without nested repetitions" }
    return pattern.utf16.count > NamePattern.longestPattern
      ? "expected a regular expression of at most \(NamePattern.longestPattern) characters" : "expected a regular expression"
  }
}
