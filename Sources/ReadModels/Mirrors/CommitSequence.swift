/// Reads Debezium's `source.sequence`: `["<last commit LSN>","<LSN>"]`, either of them null.
enum CommitSequence {
  /// The LSN of the last commit before the change's transaction; nil where it is null, absent or not a number.
  static func lastCommit(_ sequence: String) -> Int64? {
    var value: Int64 = 0
    var digits = 0
    for byte in sequence.utf8 {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: " "):
        if digits > 0 { return value }
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
