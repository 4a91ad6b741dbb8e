/// The names of a segment's files, Kafka's: the first offset in 20 digits and what the file is.
enum SegmentName {
  static let log = ".log"
  static let index = ".index"
  static let transactionIndex = ".txnindex"
  static let snapshot = ".snapshot"
  /// Appended to the name of a file that is to be removed.
  static let deleted = ".deleted"

  static func path(_ folder: String, _ offset: Int64, _ suffix: String) -> String {
    let digits = String(offset)
    return "\(folder)/\(String(repeating: "0", count: max(0, 20 - digits.count)))\(digits)\(suffix)"
  }

  /// No offset is larger, so that what is within a segment can be added to it: a name may be anybody's.
  static let largestOffset = Int64.max - Int64(UInt32.max) - 1

  /// The offset in a file's name; nil when it is not a name of that kind.
  static func offset(in name: String, _ suffix: String) -> Int64? {
    guard name.hasSuffix(suffix), name.utf8.count == 20 + suffix.utf8.count, let offset = Int64(name.prefix(20)),
      (0...largestOffset).contains(offset)
    else {
      return nil
    }
    return offset
  }
}
