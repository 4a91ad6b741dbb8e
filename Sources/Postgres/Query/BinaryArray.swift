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
    /// `timestamp with time zone`; appended as microseconds, not as a text.
    case timestamptz = 1184
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

  /// Appends an integer that the type has room for; of ``Element/timestamptz``, microseconds since 1970.
  ///
  /// - Returns: false where it has none, or where the elements are no integers; then nothing is appended.
  @discardableResult
  public mutating func append(_ number: Int64) -> Bool {
    switch element {
    case .int8:
      begin()
      append(bigEndian: Int32(8))
      append(bigEndian: number)
    case .int4:
      guard let number = Int32(exactly: number) else { return false }
      begin()
      append(bigEndian: Int32(4))
      append(bigEndian: number)
    case .int2:
      guard let number = Int16(exactly: number) else { return false }
      begin()
      append(bigEndian: Int32(2))
      append(bigEndian: number)
    case .timestamptz:
      // The server counts from 2000, and refuses what is out of its range; its least number means -infinity.
      let (moment, overflow) = number.subtractingReportingOverflow(946_684_800_000_000)
      begin()
      append(bigEndian: Int32(8))
      append(bigEndian: overflow ? Int64.min + 1 : moment)
    default: return false
    }
    return true
  }

  /// Appends a truth value; the elements must be of ``Element/bool``.
  public mutating func append(_ value: Bool) {
    begin()
    append(bigEndian: Int32(1))
    buffer.append(value ? 1 : 0)
  }

  /// Appends an element by its text form.
  ///
  /// - Returns: false where the text is no value of the type; then nothing is appended. What a text may hold is the server's business.
  public mutating func append(text: UnsafeRawBufferPointer) -> Bool {
    switch element {
    case .int2, .int4, .int8:
      guard let number = Self.integer(text) else { return false }
      return append(number)
    case .bool:
      guard text.count == 1, text[0] == UInt8(ascii: "t") || text[0] == UInt8(ascii: "f") else { return false }
      append(text[0] == UInt8(ascii: "t"))
    case .text, .varchar, .json, .jsonb:
      begin()
      append(bigEndian: Int32(truncatingIfNeeded: text.count + (element == .jsonb ? 1 : 0)))
      // The version of jsonb's binary form.
      if element == .jsonb { buffer.append(1) }
      buffer.append(contentsOf: text)
    case .timestamptz: return false
    }
    return true
  }

  /// Takes the last element back; to be called once after an append at the most.
  public mutating func removeLast() {
    guard count > 0 else { return }
    buffer.removeSubrange(lastStart...)
    count -= 1
  }

  private mutating func begin() {
    lastStart = buffer.count
    count += 1
  }

  private mutating func append(bigEndian number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.bigEndian) { buffer.append(contentsOf: $0) }
  }

  private static func integer(_ text: UnsafeRawBufferPointer) -> Int64? {
    let isNegative = text.first == UInt8(ascii: "-")
    let digits = isNegative ? UnsafeRawBufferPointer(rebasing: text.dropFirst()) : text
    guard !digits.isEmpty else { return nil }
    // Counted downwards: there is one negative number more.
    var value: Int64 = 0
    for byte in digits {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.subtractingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
      if overflow || carry { return nil }
      value = sum
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }
}
