/// A program's options, `--name VALUE` each.
public struct CommandOptions: Sendable {
  private let values: [String: String]

  /// - Throws: ``BenchmarkFailure`` where there is an option that is not among `names`, or one without a value.
  public init(_ arguments: some Collection<String>, names: [String]) throws {
    var values: [String: String] = [:]
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard name.hasPrefix("--"), names.contains(String(name.dropFirst(2))), let value = rest.popFirst() else {
        throw BenchmarkFailure("expected \(names.map { "[--\($0) VALUE]" }.joined(separator: " ")), found \(name)", exitCode: 64)
      }
      values[String(name.dropFirst(2))] = value
    }
    self.values = values
  }

  /// The number that was given, else `otherwise`.
  /// - Throws: ``BenchmarkFailure`` where it is no number above 0.
  public func number(_ name: String, otherwise: @autoclosure () -> Int) throws -> Int {
    guard let text = values[name] else { return otherwise() }
    guard let number = Int(text), number > 0 else {
      throw BenchmarkFailure("--\(name) is \(text): expected a number above 0", exitCode: 64)
    }
    return number
  }
}
