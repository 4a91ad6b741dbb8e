internal import CSimdJSON

/// What PostgreSQL's input functions would refuse, or a cast would change without a word, of a value whose form is right: numbers out of a
/// type's range, texts that are too long, zero bytes, JSON that is none.
///
/// Found here, a bad value costs one record its way; found by the server, it costs the whole statement that it stands in.
enum ColumnLimit: Sendable, Hashable {
  case none
  /// `int2`, `int4`, `oid`: the values.
  case integer(ClosedRange<Int64>)
  /// Texts of any kind: PostgreSQL has no zero bytes.
  case text
  /// `varchar(n)` and `char(n)`: a cast would cut what is behind; blanks there are cut by assignments, too.
  case characters(Int)
  /// `uuid`.
  case uuid
  /// `json` and `jsonb`.
  case json
  /// `numeric(p, s)`: so many digits before the point.
  case integerDigits(Int)

  /// The limit of a column; `.none` where nothing is known of its type.
  init(type oid: UInt32, typmod: Int32, catalog: TypeCatalog) {
    guard let (type, typmod) = catalog.resolve(oid, typmod: typmod) else {
      self = .none
      return
    }
    if type.kind == .enum || type.kind == .array || type.kind == .range {
      self = .text
      return
    }
    self =
      switch type.name {
      case "int2": .integer(Int64(Int16.min)...Int64(Int16.max))
      case "int4": .integer(Int64(Int32.min)...Int64(Int32.max))
      case "oid": .integer(0...Int64(UInt32.max))
      case "uuid": .uuid
      case "json", "jsonb": .json
      // Their modifier is the length and four bytes of a header.
      case "varchar", "bpchar": typmod > 4 ? .characters(Int(typmod) - 4) : .text
      case "text", "char", "name", "citext", "xml", "inet", "cidr", "macaddr", "macaddr8", "tsvector", "ltree", "isbn": .text
      case "numeric": typmod < 4 ? .none : Self.numeric(typmod - 4)
      default: .none
      }
  }

  private static func numeric(_ modifier: Int32) -> ColumnLimit {
    let scale = Int(((modifier & 0x7FF) ^ 1024) - 1024)
    return .integerDigits(Int(modifier >> 16) - scale)
  }

  /// What is wrong with a value's PostgreSQL text; nil where nothing is.
  func violation(_ text: UnsafeRawBufferPointer) -> StaticString? {
    switch self {
    case .none: return nil
    case .integer(let range):
      guard let value = Self.integer(text), range.contains(value) else { return "a number within the type's range" }
      return nil
    case .text: return text.contains(0) ? "a text without zero bytes" : nil
    case .characters(let most):
      if text.contains(0) { return "a text without zero bytes" }
      return text.count <= most || Self.fits(text, most) ? nil : "a text of the column's length"
    case .uuid: return Self.isUUID(text) ? nil : "a UUID"
    case .json: return Self.isJSON(text) ? nil : "a text of JSON"
    case .integerDigits(let most): return Self.fitsDigits(text, most) ? nil : "a number of the column's precision"
    }
  }

  /// Whether the limit lets the number through, without its text.
  func allows(_ value: Int64) -> Bool {
    switch self {
    case .none: true
    case .integer(let range): range.contains(value)
    default: false
    }
  }

  /// Whether the limit lets `unscaled` / 10^`scale` through, without its text.
  func allows(_ unscaled: Int64, scale: Int) -> Bool {
    switch self {
    case .none: return true
    case .integerDigits(let most):
      // 64 bits hold no number of more than 19 digits.
      guard scale >= 0, most + scale > 0 else { return false }
      return most + scale > 18 || unscaled.magnitude < Self.powersOfTen[most + scale]
    default: return false
    }
  }

  private static let powersOfTen: [UInt64] = (0...18).map { exponent in (0..<exponent).reduce(1) { power, _ in power * 10 } }

  private static func integer(_ text: UnsafeRawBufferPointer) -> Int64? {
    var value: Int64 = 0
    let isNegative = text.first == UInt8(ascii: "-")
    for byte in text.dropFirst(isNegative ? 1 : 0) {
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      guard !isTooLarge, byte >= 0x30, byte <= 0x39 else { return nil }
      let (difference, isBelow) = product.subtractingReportingOverflow(Int64(byte - 0x30))
      guard !isBelow else { return nil }
      value = difference
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }

  /// Counted in characters, each by its first byte.
  private static func fits(_ text: UnsafeRawBufferPointer, _ most: Int) -> Bool {
    var count = 0
    for byte in text where byte & 0xC0 != 0x80 {
      count += 1
      if count > most, byte != 0x20 { return false }
    }
    return true
  }

  private static func isUUID(_ text: UnsafeRawBufferPointer) -> Bool {
    var digits = 0
    for byte in text {
      if Hex.value(byte) != nil {
        digits += 1
      } else if byte != UInt8(ascii: "-"), byte != UInt8(ascii: "{"), byte != UInt8(ascii: "}") {
        return false
      }
    }
    return digits == 32
  }

  /// As the member of an object, since a parser of envelopes takes objects only. What is too deep or too large for it is left to the server.
  private static func isJSON(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let parser = csj_thread_parser() else { return true }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count + 6)
    bytes.append(contentsOf: #"{"v":"#.utf8)
    bytes.append(contentsOf: text)
    bytes.append(UInt8(ascii: "}"))
    var document = csj_document()
    switch csj_parse(parser, bytes, bytes.count, &document) {
    // More than one member: the text has closed the object itself and gone on.
    case CSJ_OK: return document.node_count > 0 && Int(document.nodes[0].end) == document.node_count
    case CSJ_INVALID_JSON, CSJ_INVALID_UTF8, CSJ_EMPTY: return false
    default: return true
    }
  }

  private static func fitsDigits(_ text: UnsafeRawBufferPointer, _ most: Int) -> Bool {
    var digits = 0
    for byte in text {
      switch byte {
      case UInt8(ascii: "-"): continue
      case UInt8(ascii: "0") where digits == 0: continue
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      case UInt8(ascii: "."): return digits <= max(most, 0)
      // NaN; Infinity, which such a column refuses, is left to the server.
      default: return true
      }
    }
    return digits <= max(most, 0)
  }
}
