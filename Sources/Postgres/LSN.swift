/// A position in PostgreSQL's write-ahead log: a byte offset, written as two hexadecimal halves (`16/B374D848`).
public struct LSN: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Bytes from the beginning of the log.
  public var rawValue: UInt64

  /// A position by its number of bytes.
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// The position before all others; PostgreSQL's "invalid".
  public static let zero = LSN(rawValue: 0)

  /// Reads `16/B374D848`; nil when the text is anything else.
  public init?(_ text: String) {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2, (1...8).contains(halves[0].count), (1...8).contains(halves[1].count),
      halves.allSatisfy({ $0.allSatisfy(\.isHexDigit) }),
      let high = UInt64(halves[0], radix: 16), let low = UInt64(halves[1], radix: 16)
    else { return nil }
    rawValue = high << 32 | low
  }

  /// As PostgreSQL prints it: upper case, no leading zeros.
  public var description: String {
    String(rawValue >> 32, radix: 16, uppercase: true) + "/" + String(rawValue & 0xFFFF_FFFF, radix: 16, uppercase: true)
  }

  /// By position.
  public static func < (left: LSN, right: LSN) -> Bool {
    left.rawValue < right.rawValue
  }
}
