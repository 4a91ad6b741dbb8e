public import Commands

/// An exact amount of up to 9,999,999,999.99 in a currency's hundredths.
public struct Money: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  /// The amount in hundredths.
  public var hundredths: Int64

  /// The most that `numeric(12,2)` holds.
  public static let maximum = Money(hundredths: 999_999_999_999)

  /// Creates an amount from hundredths.
  public init(hundredths: Int64) {
    self.hundredths = hundredths
  }

  /// Parses `12`, `12.3` or `12.30`; nil for a sign, an exponent, more than two decimals, or more than ``maximum``.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, (1...10).contains(whole.utf8.count), whole.utf8.allSatisfy(Self.isDigit), let units = Int64(whole) else {
      return nil
    }
    var cents: Int64 = 0
    if parts.count == 2 {
      guard (1...2).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(Self.isDigit), let decimals = Int64(parts[1]) else {
        return nil
      }
      cents = parts[1].utf8.count == 1 ? decimals * 10 : decimals
    }
    hundredths = units * 100 + cents
    guard self <= Self.maximum else { return nil }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  /// The amount with two decimals: `12.30`.
  public var description: String {
    let cents = hundredths.magnitude % 100
    return "\(hundredths < 0 ? "-" : "")\(hundredths.magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
  }

  /// By amount.
  public static func < (left: Money, right: Money) -> Bool { left.hundredths < right.hundredths }

  /// The sum; nil on overflow.
  public func adding(_ other: Money) -> Money? {
    let (sum, overflow) = hundredths.addingReportingOverflow(other.hundredths)
    return overflow ? nil : Money(hundredths: sum)
  }

  /// The amount so many times; nil on overflow.
  public func times(_ count: Int64) -> Money? {
    let (product, overflow) = hundredths.multipliedReportingOverflow(by: count)
    return overflow ? nil : Money(hundredths: product)
  }

  /// Reads `"12.30"`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let money = Money(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "an amount with at most two decimals was expected")
    }
    self = money
  }

  /// Writes `"12.30"`: a string, since many JSON readers turn numbers into binary fractions.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension CommandFields {
  /// An amount that must be there, as string or number with at most two decimals.
  public mutating func money(_ field: String, atLeast minimum: Money = Money(hundredths: 0)) throws(CommandError) -> Money {
    let text = try decimalText(field)
    guard let money = Money(text), money >= minimum else {
      throw .invalid(field: field, reason: "an amount from \(minimum) to \(Money.maximum) with at most two decimals was expected")
    }
    return money
  }

  /// A currency's three capital letters.
  public mutating func currency(_ field: String = "currency") throws(CommandError) -> String {
    let text = try string(field, bytes: 3...3)
    guard text.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) else {
      throw .invalid(field: field, reason: "three capital letters were expected, for example EUR")
    }
    return text
  }

  /// A catalogue identifier that must be there.
  mutating func identifier(_ field: String) throws(CommandError) -> Int64 { try integer(field, in: 1...Int64.max) }

  /// A catalogue identifier that the caller may choose.
  mutating func optionalIdentifier(_ field: String) throws(CommandError) -> Int64? { try optionalInteger(field, in: 1...Int64.max) }
}
