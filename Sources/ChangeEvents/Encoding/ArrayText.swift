/// Reads PostgreSQL's array literals: `{1,2,NULL,"a \"b\""}`, `[0:1]={1,2}`, nested ones element by element.
enum ArrayText {
  /// Calls `body` for each element, nil for NULL.
  /// - Parameter delimiter: the element type's `typdelim`.
  /// - Returns: false if the text is not an array literal.
  static func forEach<E: Error>(
    _ text: UnsafeRawBufferPointer, delimiter: UInt8 = UInt8(ascii: ","), _ body: (UnsafeRawBufferPointer?) throws(E) -> Void
  ) throws(E) -> Bool {
    var i = 0
    let n = text.count
    if n > 0 && text[0] == UInt8(ascii: "[") {
      while i < n && text[i] != UInt8(ascii: "=") { i += 1 }
      i += 1
    }
    var depth = 0
    var scratch: [UInt8] = []
    var expectsElement = false
    while i < n {
      switch text[i] {
      case UInt8(ascii: "{"):
        depth += 1
        expectsElement = true
        i += 1
      case UInt8(ascii: "}"):
        depth -= 1
        expectsElement = false
        i += 1
        if depth < 0 { return false }
        if depth == 0 { return i == n }
      case delimiter:
        if depth == 0 { return false }
        expectsElement = true
        i += 1
      case UInt8(ascii: "\""):
        guard depth > 0, expectsElement else { return false }
        expectsElement = false
        i += 1
        let start = i
        var escaped = false
        while i < n && text[i] != UInt8(ascii: "\"") {
          if text[i] == UInt8(ascii: "\\") {
            escaped = true
            i += 1
          }
          i += 1
        }
        guard i < n else { return false }
        let content = UnsafeRawBufferPointer(rebasing: text[start..<i])
        i += 1
        if escaped {
          unescape(content, into: &scratch)
          // A copy of the reference keeps the bytes alive and exclusive access apart from `body`.
          let bytes = scratch
          try withBytes(bytes, body)
        } else {
          try body(content)
        }
      default:
        guard depth > 0, expectsElement else { return false }
        expectsElement = false
        let start = i
        while i < n && text[i] != delimiter && text[i] != UInt8(ascii: "}") { i += 1 }
        let content = UnsafeRawBufferPointer(rebasing: text[start..<i])
        try body(content.equals("NULL") ? nil : content)
      }
    }
    return false
  }

  private static func unescape(_ content: UnsafeRawBufferPointer, into scratch: inout [UInt8]) {
    scratch.removeAll(keepingCapacity: true)
    var i = 0
    while i < content.count {
      if content[i] == UInt8(ascii: "\\") && i + 1 < content.count { i += 1 }
      scratch.append(content[i])
      i += 1
    }
  }

  private static func withBytes<E: Error>(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer?) throws(E) -> Void) throws(E) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(E) in try body(UnsafeRawBufferPointer(buffer)) }
  }

  /// Whether an element must stand in quotes, as `array_out` decides it.
  static func needsQuotes(_ element: UnsafeRawBufferPointer) -> Bool {
    if element.isEmpty { return true }
    if element.count == 4 && element.elementsEqual("null".utf8, by: { $0 | 0x20 == $1 }) { return true }
    return element.contains { byte in
      switch byte {
      case 0x22, 0x5C, 0x7B, 0x7D, 0x2C, 0x20, 0x09...0x0D: true
      default: false
      }
    }
  }
}
