internal import Foundation

/// Splits a row of `COPY … TO STDOUT` (text format) into columns, undoing its escapes in place.
///
/// Source: PostgreSQL documentation, COPY, "Text Format". Pure, and safe on garbage.
struct CopyRowParser {
  /// The row's values, unescaped and end to end.
  private(set) var bytes: [UInt8] = []
  private(set) var fields: [TupleField] = []

  /// - Parameter row: one row; its line feed may be there or not.
  mutating func parse(_ row: UnsafeRawBufferPointer) throws(DecodingError) {
    bytes.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    var end = row.count
    if end > 0, row[end - 1] == 0x0A { end -= 1 }
    var start = 0
    var isNull = false
    var i = 0
    while i < end {
      // Runs without a tab or backslash are the rule: they are copied as one.
      var run = i
      while run < end, row[run] != 0x09, row[run] != 0x5C { run += 1 }
      if run > i {
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: row[i..<run]))
        i = run
        continue
      }
      if row[i] == 0x09 {
        fields.append(isNull ? .null : .text(start..<bytes.count))
        isNull = false
        start = bytes.count
        i += 1
        continue
      }
      guard i + 1 < end else { throw .truncated }
      if row[i + 1] == UInt8(ascii: "N"), bytes.count == start, i + 2 == end || row[i + 2] == 0x09 {
        isNull = true
      } else {
        bytes.append(Self.unescape(row[i + 1]))
      }
      i += 2
    }
    fields.append(isNull ? .null : .text(start..<bytes.count))
  }

  /// Where the row that begins at `start` ends: at its line feed, or where the bytes end.
  static func endOfRow(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    guard start < bytes.count, let base = bytes.baseAddress else { return bytes.count }
    guard let found = memchr(base + start, 0x0A, bytes.count - start) else { return bytes.count }
    return UnsafeRawPointer(found) - base
  }

  private static func unescape(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "v"): 0x0B
    default: byte
    }
  }
}
