import Commands

extension CommandFields {
  /// An order's identifier: 1 to 64 letters, digits, `-` and `_`, fit for URLs and keys.
  mutating func orderID() throws(CommandError) -> String {
    guard let id = try optionalOrderID() else { throw .invalid(field: "orderId", reason: "is missing") }
    return id
  }

  /// The same, where the caller may leave it out.
  mutating func optionalOrderID() throws(CommandError) -> String? {
    guard let id = try optionalString("orderId", bytes: 1...64) else { return nil }
    guard id.utf8.allSatisfy(Self.isIdentifier) else {
      throw .invalid(field: "orderId", reason: "letters, digits, \"-\" and \"_\" are taken")
    }
    return id
  }

  private static func isIdentifier(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
