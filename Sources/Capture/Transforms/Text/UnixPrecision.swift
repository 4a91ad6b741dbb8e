/// What a number of `unix` time counts.
enum UnixPrecision: String, Sendable {
  case nanoseconds, microseconds, milliseconds, seconds

  /// Towards zero; beyond 64 bits, what they hold.
  func milliseconds(_ value: Int64) -> Int64 {
    switch self {
    case .nanoseconds: value / 1_000_000
    case .microseconds: value / 1000
    case .milliseconds: value
    case .seconds: Self.saturating(value, 1000)
    }
  }

  func value(_ milliseconds: Int64) -> Int64 {
    switch self {
    case .nanoseconds: Self.saturating(milliseconds, 1_000_000)
    case .microseconds: Self.saturating(milliseconds, 1000)
    case .milliseconds: milliseconds
    case .seconds: milliseconds / 1000
    }
  }

  private static func saturating(_ value: Int64, _ factor: Int64) -> Int64 {
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    return overflow ? (value < 0 ? .min : .max) : product
  }
}
