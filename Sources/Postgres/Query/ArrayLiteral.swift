/// A one-dimensional PostgreSQL array in text form, built element by element into one buffer: the way to bind a column of a thousand rows.
///
/// Every element is quoted, so that an empty text, the text `NULL` and NULL itself stay three different things.
/// Source: PostgreSQL documentation, "Array Input and Output Syntax".
public struct ArrayLiteral: Sendable, Hashable {
  private var buffer: [UInt8]
  /// Elements so far, NULLs included.
  public private(set) var count = 0
  /// Where the last element began, with the comma before it.
  private var lastStart = 1

  /// An empty array.
  public init(reservingBytes: Int = 0) {
    buffer = []
    buffer.reserveCapacity(reservingBytes + 2)
    buffer.append(UInt8(ascii: "{"))
  }

  /// The literal, closed.
  public var bytes: [UInt8] {
    buffer + [UInt8(ascii: "}")]
  }

  /// Appends NULL.
  public mutating func appendNull() {
    separate()
    buffer.append(contentsOf: "NULL".utf8)
  }

  /// Appends the element whose text `write` appends to the bytes that it is given, or NULL where it returns false.
  ///
  /// - Parameter isPlain: whether the text is sure to hold nothing that needs quotes, and is not empty: digits, points and signs.
  /// - Throws: what `write` throws; then nothing is appended.
  public mutating func append<Failure: Error>(
    isPlain: Bool = false, _ write: (inout [UInt8]) throws(Failure) -> Bool
  ) throws(Failure) {
    let (end, former) = (buffer.count, lastStart)
    separate()
    if !isPlain { buffer.append(UInt8(ascii: "\"")) }
    let start = buffer.count
    do {
      guard try write(&buffer) else {
        buffer.removeSubrange(end...)
        count -= 1
        return appendNull()
      }
    } catch {
      buffer.removeSubrange(end...)
      count -= 1
      lastStart = former
      throw error
    }
    guard !isPlain else { return }
    escape(from: start)
    buffer.append(UInt8(ascii: "\""))
  }

  /// Takes the last element back; to be called once after an append at the most.
  public mutating func removeLast() {
    guard count > 0 else { return }
    buffer.removeSubrange(lastStart...)
    count -= 1
  }

  /// Most texts hold neither quotes nor backslashes.
  private mutating func escape(from start: Int) {
    let quote = UInt8(ascii: "\"")
    let backslash = UInt8(ascii: "\\")
    let isClean = buffer.withUnsafeBytes { bytes in
      for index in start..<bytes.count where bytes[index] == quote || bytes[index] == backslash { return false }
      return true
    }
    guard !isClean else { return }
    let text = Array(buffer[start...])
    buffer.removeSubrange(start...)
    for byte in text {
      if byte == quote || byte == backslash { buffer.append(backslash) }
      buffer.append(byte)
    }
  }

  /// Appends an element in the text form of its type; nil is NULL.
  public mutating func append(_ text: String?) {
    guard var text else { return appendNull() }
    text.withUTF8 { append(text: UnsafeRawBufferPointer($0)) }
  }

  /// Appends an element in the text form of its type, as UTF-8; nil is NULL.
  public mutating func append(_ text: [UInt8]?) {
    guard let text else { return appendNull() }
    text.withUnsafeBytes { append(text: $0) }
  }

  /// Appends an integer.
  public mutating func append(_ number: Int64) {
    separate()
    buffer.append(contentsOf: String(number).utf8)
  }

  /// Appends bytes as a `bytea` element.
  public mutating func append(bytea bytes: some Sequence<UInt8>) {
    separate()
    buffer.append(contentsOf: "\"\\\\x".utf8)
    for byte in bytes {
      buffer.append(Self.hexDigit(byte >> 4))
      buffer.append(Self.hexDigit(byte & 15))
    }
    buffer.append(UInt8(ascii: "\""))
  }

  /// Appends an element in the text form of its type.
  public mutating func append(text: UnsafeRawBufferPointer) {
    separate()
    let quote = UInt8(ascii: "\"")
    let backslash = UInt8(ascii: "\\")
    buffer.append(quote)
    // Runs without a special character are copied whole: most elements are one run.
    var start = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte == quote || byte == backslash {
        buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[start..<index]))
        buffer.append(backslash)
        start = index
      }
      index += 1
    }
    buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[start..<index]))
    buffer.append(quote)
  }

  private mutating func separate() {
    lastStart = buffer.count
    if count > 0 { buffer.append(UInt8(ascii: ",")) }
    count += 1
  }

  private static func hexDigit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
  }
}
