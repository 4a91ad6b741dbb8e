/// The text format of COPY: tabs between fields, a newline after each row, `\N` for NULL, backslash escapes.
///
/// Source: PostgreSQL documentation, COPY, "Text Format".
public enum CopyText {
  /// Appends a row; nil is NULL, an empty text is an empty text.
  public static func append(row fields: [String?], to bytes: inout [UInt8]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: "\t")) }
      if var field {
        field.withUTF8 { append(field: UnsafeRawBufferPointer($0), to: &bytes) }
      } else {
        append(field: nil, to: &bytes)
      }
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Appends one field in the text form of its type, without what separates it.
  public static func append(field: UnsafeRawBufferPointer?, to bytes: inout [UInt8]) {
    guard let field else {
      bytes.append(contentsOf: "\\N".utf8)
      return
    }
    var start = 0
    for index in 0..<field.count {
      let escape: Unicode.Scalar
      switch field[index] {
      case UInt8(ascii: "\\"): escape = "\\"
      case UInt8(ascii: "\t"): escape = "t"
      case UInt8(ascii: "\n"): escape = "n"
      case UInt8(ascii: "\r"): escape = "r"
      default: continue
      }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: field[start..<index]))
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(UInt8(ascii: escape))
      start = index + 1
    }
    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: field[start..<field.count]))
  }

  /// Calls `body` for each row of a chunk of whole rows, with views of the fields that live no longer than the call; nil is NULL.
  ///
  /// The array and the buffer for fields with escapes are used again for each row: nothing is allocated in the steady state.
  public static func forEachRow(in chunk: [UInt8], _ body: ([UnsafeRawBufferPointer?]) throws -> Void) rethrows {
    try chunk.withUnsafeBytes { bytes in
      var scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
      defer { scratch.deallocate() }
      var fields: [UnsafeRawBufferPointer?] = []
      var rowStart = 0
      while rowStart < bytes.count {
        var rowEnd = rowStart
        while rowEnd < bytes.count, bytes[rowEnd] != UInt8(ascii: "\n") { rowEnd += 1 }
        // Unescaped text is never longer than escaped: the row's length is room enough for all its fields.
        if rowEnd - rowStart > scratch.count {
          scratch.deallocate()
          scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: (rowEnd - rowStart) * 2, alignment: 1)
        }
        fields.removeAll(keepingCapacity: true)
        split(UnsafeRawBufferPointer(rebasing: bytes[rowStart..<rowEnd]), scratch: scratch, into: &fields)
        try body(fields)
        rowStart = rowEnd + 1
      }
    }
  }

  private static func split(
    _ row: UnsafeRawBufferPointer, scratch: UnsafeMutableRawBufferPointer, into fields: inout [UnsafeRawBufferPointer?]
  ) {
    var used = 0
    var start = 0
    while start <= row.count {
      var end = start
      var hasEscape = false
      while end < row.count, row[end] != UInt8(ascii: "\t") {
        if row[end] == UInt8(ascii: "\\") { hasEscape = true }
        end += 1
      }
      let raw = UnsafeRawBufferPointer(rebasing: row[start..<end])
      if !hasEscape {
        fields.append(raw)
      } else if raw.count == 2, raw[1] == UInt8(ascii: "N") {
        fields.append(nil)
      } else {
        let length = unescape(raw, into: UnsafeMutableRawBufferPointer(rebasing: scratch[used...]))
        fields.append(UnsafeRawBufferPointer(rebasing: scratch[used..<used + length]))
        used += length
      }
      start = end + 1
    }
  }

  /// The server only writes single-letter escapes, never octal or hexadecimal ones (`CopyAttributeOutText` in PostgreSQL's `copyto.c`).
  private static func unescape(_ field: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int {
    var count = 0
    var index = 0
    while index < field.count {
      var byte = field[index]
      if byte == UInt8(ascii: "\\"), index + 1 < field.count {
        index += 1
        switch field[index] {
        case UInt8(ascii: "b"): byte = 8
        case UInt8(ascii: "f"): byte = 12
        case UInt8(ascii: "n"): byte = 10
        case UInt8(ascii: "r"): byte = 13
        case UInt8(ascii: "t"): byte = 9
        case UInt8(ascii: "v"): byte = 11
        default: byte = field[index]
        }
      }
      target[count] = byte
      count += 1
      index += 1
    }
    return count
  }
}
