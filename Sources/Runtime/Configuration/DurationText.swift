/// Durations as people write them: `250ms`, `10s`, `1m30s`, `2h`, `7d`, and `0`.
public enum DurationText {
  private static let units: [(name: String, nanoseconds: Int64)] = [
    ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000),
    ("ns", 1),
  ]

  /// Reads whole numbers, each with its unit, largest unit first; nil for anything else, negative or beyond 292 years.
  public static func parse(_ text: String) -> Duration? {
    if text == "0" { return .zero }
    var rest = text[...]
    var total: Int64 = 0
    var nextUnit = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty, let count = Int64(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let index = units.firstIndex(where: { $0.name == unit }), index >= nextUnit else { return nil }
      nextUnit = index + 1
      let (nanoseconds, overflow) = count.multipliedReportingOverflow(by: units[index].nanoseconds)
      let (sum, sumOverflow) = total.addingReportingOverflow(nanoseconds)
      guard !overflow, !sumOverflow else { return nil }
      total = sum
    }
    return .nanoseconds(total)
  }

  /// The shortest text that ``parse(_:)`` reads back to the same duration (to the nanosecond).
  public static func format(_ duration: Duration) -> String {
    var rest = duration.wholeNanoseconds
    guard rest > 0 else { return "0" }
    var text = ""
    for unit in units where rest >= unit.nanoseconds {
      text += "\(rest / unit.nanoseconds)\(unit.name)"
      rest %= unit.nanoseconds
    }
    return text
  }
}

extension Duration {
  /// The length in nanoseconds, bounded by what an `Int64` holds.
  var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, sumOverflow) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return overflow || sumOverflow ? (seconds < 0 ? .min : .max) : sum
  }

  /// The length in seconds.
  public var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
