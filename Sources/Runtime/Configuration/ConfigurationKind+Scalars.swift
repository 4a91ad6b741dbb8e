private func scalar<Value>(_ body: @escaping @Sendable (String) -> Value?) -> @Sendable (RawConfigurationValue) -> Value? {
  { raw in
    guard case .scalar(let text) = raw else { return nil }
    return body(text)
  }
}

extension ConfigurationKind where Value == String {
  /// Any text that is not empty.
  public static var text: Self { text("a text that is not empty") }

  /// Text with a name of its own in messages.
  public static func text(_ expected: String, where accepts: @escaping @Sendable (String) -> Bool = { _ in true }) -> Self {
    Self(expected: expected, read: scalar { $0.isEmpty || !accepts($0) ? nil : $0 }, write: { $0 })
  }

  /// The path of a file or folder.
  public static var path: Self { Self(expected: "a path", isPath: true, read: scalar { $0.isEmpty ? nil : $0 }, write: { $0 }) }

  /// Text that may only come from the environment and is never shown.
  public static var secret: Self {
    Self(expected: "a secret", isSecret: true, read: scalar { $0.isEmpty ? nil : $0 }, write: { _ in "***" })
  }

  /// Kafka's bootstrap servers: `host:port` separated by commas, or a YAML list of them. The value is joined by commas.
  public static var brokers: Self {
    Self(
      expected: "host:port, or several separated by commas", shape: .list,
      read: { raw in
        let items = listItems(raw)
        guard let items, !items.isEmpty, items.allSatisfy({ HostPort($0).map { $0.port > 0 } ?? false }) else { return nil }
        return items.joined(separator: ",")
      }, write: { $0 })
  }
}

extension ConfigurationKind where Value == Int {
  /// A whole number in decimal digits.
  public static func integer(_ range: ClosedRange<Int>) -> Self {
    Self(
      expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      read: scalar { text in Int(text).flatMap { range.contains($0) && !text.hasPrefix("+") ? $0 : nil } }, write: { String($0) })
  }
}

extension ConfigurationKind where Value == Double {
  /// A number with a decimal point.
  public static func number(_ range: ClosedRange<Double>) -> Self {
    Self(
      expected: "a number from \(range.lowerBound) to \(range.upperBound)",
      read: scalar { text in
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }) else { return nil }
        return Double(text).flatMap { range.contains($0) ? $0 : nil }
      }, write: { String($0) })
  }
}

extension ConfigurationKind where Value == Bool {
  /// `true` or `false`, nothing else.
  public static var boolean: Self {
    Self(expected: "true or false", read: scalar { $0 == "true" ? true : $0 == "false" ? false : nil }, write: { String($0) })
  }
}

extension ConfigurationKind where Value == Duration {
  /// A length of time with its unit, such as `250ms`, `10s`, `1m30s`, `7d`.
  public static func duration(_ range: ClosedRange<Duration>) -> Self {
    Self(
      expected:
        "a duration from \(DurationText.format(range.lowerBound)) to \(DurationText.format(range.upperBound)), such as 250ms or 10s",
      read: scalar { text in DurationText.parse(text).flatMap { range.contains($0) ? $0 : nil } }, write: DurationText.format)
  }
}

extension ConfigurationKind where Value == ByteSize {
  /// A number of bytes with a unit, such as `512KiB`, `1MiB`, `4MB`; without a unit, bytes.
  public static func byteSize(_ range: ClosedRange<ByteSize>) -> Self {
    Self(
      expected: "a size from \(range.lowerBound) to \(range.upperBound), such as 512KiB or 4MB",
      read: scalar { text in ByteSize(text).flatMap { range.contains($0) ? $0 : nil } }, write: \.description)
  }
}

extension ConfigurationKind where Value == HostPort {
  /// An address to listen on; port 0 takes a free one.
  public static var address: Self {
    Self(expected: "host:port, such as 127.0.0.1:8080 or [::1]:8080", read: scalar { HostPort($0) }, write: \.description)
  }
}

extension ConfigurationKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of an enumeration's names.
  public static var choice: Self {
    Self(
      expected: "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "),
      read: scalar { Value(rawValue: $0) }, write: \.rawValue)
  }
}

/// The items of a YAML list, or of text separated by commas.
func listItems(_ raw: RawConfigurationValue) -> [String]? {
  switch raw {
  case .list(let items): return items
  case .map: return nil
  case .scalar(let text):
    return text.split(separator: ",", omittingEmptySubsequences: false).map { trimmed($0) }
  }
}

/// Text without blanks at either end.
func trimmed(_ text: some StringProtocol) -> String {
  let isBlank = { (character: Character) in character == " " || character == "\t" }
  guard let first = text.firstIndex(where: { !isBlank($0) }), let last = text.lastIndex(where: { !isBlank($0) }) else { return "" }
  return String(text[first...last])
}
