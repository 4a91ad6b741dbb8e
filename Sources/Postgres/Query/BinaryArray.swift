/// A one-dimensional PostgreSQL array in binary form, built element by element into one buffer: what an ``ArrayLiteral`` is, without quotes to write here
/// and to read there. Only of types whose binary form is as simple as their text.
///
/// Source: PostgreSQL's `array_recv` and the `recv` functions of the elements' types: big-endian numbers, texts in the client's encoding.
public struct BinaryArray: Sendable, Hashable {
  /// The type of an element: `pg_type.oid`.
  public enum Element: UInt32, Sendable {
    /// `boolean`.
    case bool = 16
    /// `bigint`.
    case int8 = 20
    /// `smallint`.
    case int2 = 21
    /// `integer`.
    case int4 = 23
    /// `text`.
    case text = 25
    /// `json`.
    case json = 114
    /// `character varying`.
    case varchar = 1043
    /// `timestamp without time zone`.
    case timestamp = 1114
    /// `timestamp with time zone`.
    case timestamptz = 1184
    /// `numeric`.
    case numeric = 1700
    /// `jsonb`.
    case jsonb = 3802

    /// The one of a type as `format_type` writes it without its modifier; nil where arrays of it are to be passed as texts.
    public init?(typeName: some StringProtocol) {
      switch typeName {
      case "boolean": self = .bool
      case "bigint": self = .int8
      case "smallint": self = .int2
      case "integer": self = .int4
      case "text": self = .text
      case "json": self = .json
      case "character varying": self = .varchar
      case "timestamp without time zone": self = .timestamp
      case "timestamp with time zone": self = .timestamptz
      case "numeric": self = .numeric
      case "jsonb": self = .jsonb
      default: return nil
      }
    }
  }

  /// Number of dimensions, whether there are NULLs, the element's type, number of elements, first index.
  private static let headerBytes = 20

  /// The elements' type.
  public let element: Element
  /// Elements so far, NULLs included.
  public private(set) var count = 0
  private var buffer: [UInt8] = []
  /// Where the last element began.
  private var lastStart = BinaryArray.headerBytes

  /// An empty array.
  public init(of element: Element, reservingBytes: Int = 0) {
    self.element = element
    buffer.reserveCapacity(Self.headerBytes + reservingBytes)
    buffer.append(contentsOf: repeatElement(0, count: Self.headerBytes))
  }

  /// The array as `array_recv` reads it.
  public var bytes: [UInt8] {
    var bytes = buffer
    // An empty array has no dimension.
    let header: [UInt32] = [count == 0 ? 0 : 1, 1, element.rawValue, UInt32(truncatingIfNeeded: count), 1]
    if count == 0 { bytes.removeLast(8) }
    for (position, number) in header.prefix(count == 0 ? 3 : 5).enumerated() {
      withUnsafeBytes(of: number.bigEndian) { bytes.replaceSubrange(position * 4..<position * 4 + 4, with: $0) }
    }
    return bytes
  }

  /// Appends NULL.
  public mutating func appendNull() {
    begin()
    append(bigEndian: Int32(-1))
  }

  /// Appends the element whose text `write` appends to the bytes that it is given, or NULL where it returns false.
  ///
  /// - Returns: false where the text is no value of the type; then nothing is appended.
  /// - Throws: what `write` throws; then nothing is appended.
  public mutating func append<Failure: Error>(_ write: (inout [UInt8]) throws(Failure) -> Bool) throws(Failure) -> Bool {
    let isText = element == .text || element == .varchar || element == .json || element == .jsonb
    let (start, former) = (buffer.count, lastStart)
    begin()
    // The length's place.
    append(bigEndian: Int32(0))
    if element == .jsonb { buffer.append(1) }
    do {
      guard try write(&buffer) else {
        takeBack(to: start, former)
        appendNull()
        return true
      }
    } catch {
      takeBack(to: start, former)
      throw error
    }
    guard isText else {
      let text = Array(buffer[(start + 4)...])
      takeBack(to: start, former)
      return text.withUnsafeBytes { append(text: $0) }
    }
    setLength(from: start)
    return true
  }

  /// Takes the last element back; to be called once after an append at the most.
  public mutating func removeLast() {
    guard count > 0 else { return }
    buffer.removeSubrange(lastStart...)
    count -= 1
  }

  private mutating func takeBack(to start: Int, _ former: Int) {
    buffer.removeSubrange(start...)
    count -= 1
    lastStart = former
  }

  /// Appends an element whose bytes `write` appends to those that it is given, or nothing where it returns false.
  mutating func appendElement(_ write: (inout [UInt8]) -> Bool) -> Bool {
    let (start, former) = (buffer.count, lastStart)
    begin()
    append(bigEndian: Int32(0))
    guard write(&buffer) else {
      takeBack(to: start, former)
      return false
    }
    setLength(from: start)
    return true
  }

  /// Appends an element that is a number.
  mutating func appendElement(bigEndian number: some FixedWidthInteger) {
    begin()
    append(bigEndian: Int32(truncatingIfNeeded: number.bitWidth / 8))
    append(bigEndian: number)
  }

  /// Writes the length of the element that began at `start` and ends here.
  private mutating func setLength(from start: Int) {
    let length = Int32(truncatingIfNeeded: buffer.count - start - 4)
    buffer.withUnsafeMutableBytes { $0.storeBytes(of: length.bigEndian, toByteOffset: start, as: Int32.self) }
  }

  private mutating func begin() {
    lastStart = buffer.count
    count += 1
  }

  private mutating func append(bigEndian number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.bigEndian) { buffer.append(contentsOf: $0) }
  }
}
