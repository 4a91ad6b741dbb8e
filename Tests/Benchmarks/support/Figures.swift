import Foundation

/// Figures and how they are written.
public enum Figures {
  /// The middle one, the upper of the two middle ones where the count is even; 0 without values.
  public static func median(_ values: [Double]) -> Double { quantile(0.5, of: values) }

  /// The value below which the part `quantile` of all values lies (nearest rank); 0 without values.
  public static func quantile(_ quantile: Double, of values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let rank = Int((quantile * Double(values.count)).rounded(.down))
    return values.sorted()[min(rank, values.count - 1)]
  }

  /// `61.3 k/s`.
  public static func rate(_ count: Int, in seconds: Double) -> String { rate(Double(count) / seconds) }

  /// `61.3 k/s`.
  public static func rate(_ perSecond: Double) -> String { String(format: "%.1f k/s", perSecond / 1000) }

  /// `0.58`.
  public static func ratio(_ value: Double) -> String { String(format: "%.2f", value) }

  /// `8.4 ms`.
  public static func milliseconds(_ seconds: Double) -> String { String(format: "%.1f ms", seconds * 1000) }

  /// `41 MB`, of 2^20 bytes.
  public static func megabytes(_ bytes: Int) -> String { "\(bytes >> 20) MB" }
}

extension Duration {
  /// As a number of seconds.
  public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
