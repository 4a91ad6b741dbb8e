/// A documented configuration key of Debezium's PostgreSQL connector, or of Kafka Connect around it.
struct ConnectorKey: Sendable {
  enum Kind: Sendable {
    case text
    case boolean
    case integer(ClosedRange<Int64>)
    case choice([String])
  }

  enum Support: Sendable {
    /// Any value of the kind does what Debezium documents.
    case honoured
    /// Only these values can be honoured; the text says what the others would need.
    case only([String], why: String)
    /// Tunes machinery that Sluice does not have (queues between threads, JDBC): valid values are accepted and change nothing.
    case tuning
  }

  var name: String
  var kind: Kind
  /// Debezium's default; nil where there is none.
  var fallback: String?
  var support: Support

  init(_ name: String, _ kind: Kind = .text, default fallback: String? = nil, _ support: Support = .honoured) {
    self.name = name
    self.kind = kind
    self.fallback = fallback
    self.support = support
  }

  /// Says what was expected, or nil if the value is fine.
  func complaint(about value: String) -> String? {
    switch kind {
    case .text: break
    case .boolean: guard ["true", "false"].contains(value.lowercased()) else { return "expected true or false" }
    case .integer(let range):
      guard let number = Int64(value), range.contains(number) else {
        return range.upperBound == .max
          ? "expected a whole number of at least \(range.lowerBound)"
          : "expected a whole number from \(range.lowerBound) to \(range.upperBound)"
      }
    case .choice(let names):
      guard names.contains(value.lowercased()) else { return "expected one of \(names.joined(separator: ", "))" }
    }
    if case .only(let values, let why) = support, !values.contains(where: { $0.lowercased() == value.lowercased() }) {
      let names = values.map { $0.isEmpty ? "an empty value" : $0 }.joined(separator: " or ")
      return "only \(names) can be honoured: \(why)"
    }
    return nil
  }

  /// Values of such keys never appear in a message.
  static func isSecret(_ name: String) -> Bool {
    let name = name.lowercased()
    return ["password", "secret", "token", "sasl.jaas.config", "credential", "private"].contains { name.contains($0) }
      || (name.contains("ssl") && name.hasSuffix("key.pem"))
  }

  static func shown(_ value: String, of key: String) -> String { isSecret(key) ? "\"********\"" : JSONDocument.quoted(value) }
}
