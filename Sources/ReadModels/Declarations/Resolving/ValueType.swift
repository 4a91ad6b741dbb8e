/// What kind of values a type's are, as far as documents treat them differently; made from the name that `format_type` gives.
enum ValueType: Sendable, Hashable {
  case boolean, integer, decimal, float, text, paddedText, uuid, timestamp, timestampWithZone, bytes, json
  /// Written by PostgreSQL's own way: dates, times, addresses, ranges, ….
  case other(String)
  case array

  init(_ name: String) {
    if name.hasSuffix("[]") {
      self = .array
      return
    }
    var base = name
    if let open = base.firstIndex(of: "("), let close = base.lastIndex(of: ")"), open < close { base.removeSubrange(open...close) }
    switch base {
    case "boolean": self = .boolean
    case "smallint", "integer", "bigint": self = .integer
    case "numeric": self = .decimal
    case "real", "double precision": self = .float
    case "text", "character varying", "name": self = .text
    case "character", "\"char\"": self = .paddedText
    case "uuid": self = .uuid
    case "timestamp without time zone": self = .timestamp
    case "timestamp with time zone": self = .timestampWithZone
    case "bytea": self = .bytes
    case "json", "jsonb": self = .json
    default: self = .other(base)
    }
  }

  /// Whether values can be told apart and looked up by an index: those of `json` and of geometry cannot.
  var isLookedUp: Bool {
    switch self {
    case .array, .json, .float: false
    case .other(let name): !["xml", "point", "line", "lseg", "box", "path", "polygon", "circle"].contains(name)
    default: true
    }
  }

  var isNumber: Bool { [.integer, .decimal, .float].contains(self) }

  /// Whether `min` and `max` know it in every version of PostgreSQL.
  var isOrdered: Bool {
    switch self {
    case .boolean, .uuid, .bytes, .json, .array: false
    case .other(let name): ["date", "time without time zone", "time with time zone", "interval", "inet", "money"].contains(name)
    default: true
    }
  }

  /// Whether the formats that can be asked for make sense.
  func allows(_ format: ValueFormat) -> Bool {
    switch format {
    case .string: self != .bytes
    case .iso, .epochMilliseconds, .epochMicroseconds: self == .timestamp || self == .timestampWithZone
    case .base64, .hex: self == .bytes
    }
  }
}
