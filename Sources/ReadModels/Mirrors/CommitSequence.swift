/// Reads Debezium's `source.sequence`: `["<last commit LSN>","<LSN>"]`, either of them null.
enum CommitSequence {
  /// The LSN of the last commit before the change's transaction; nil where it is null, absent or not a number.
  static func lastCommit(_ sequence: some Sequence<UInt8>) -> Int64? { number(0, of: sequence) }

  /// The LSN of the stream when the record was made; nil where it is null, absent or not a number.
  static func position(_ sequence: some Sequence<UInt8>) -> Int64? { number(1, of: sequence) }

  private static func number(_ element: Int, of sequence: some Sequence<UInt8>) -> Int64? {
    var value: Int64 = 0
    var digits = 0
    var place = 0
    for byte in sequence {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: " "):
        if digits > 0 { return value }
      case UInt8(ascii: ","):
        if place == element { return digits > 0 ? value : nil }
        place += 1
      case _ where place != element: continue
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = scaled.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
        if overflow || carry { return nil }
        value = sum
        digits += 1
      default:
        return digits > 0 ? value : nil
      }
    }
    return nil
  }
}
