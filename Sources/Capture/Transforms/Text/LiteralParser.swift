/// The type that a literal looks like, and its value (`org.apache.kafka.connect.data.Values.parseString`): booleans, numbers of the least
/// type that holds them, dates and times, arrays and maps in brackets; all else is a string.
struct LiteralParser {
  private struct Unreadable: Error {}

  typealias Typed = (schema: ConnectSchema?, value: ConnectValue)

  private let text: String
  private let tokens: [String]
  private var position = 0
  private static let depthLimit = 64

  private init(_ text: String) {
    self.text = text
    tokens = Self.tokens(of: text)
  }

  static func parse(_ text: String) -> Typed {
    guard !text.isEmpty else { return (.string, .string("")) }
    var parser = LiteralParser(text)
    do { return try parser.parse(isEmbedded: false, depth: 0) ?? (nil, .null) } catch { return (.string, .string(text)) }
  }

  /// Delimiters that no backslash stands before are tokens, and so is what is between them.
  private static func tokens(of text: String) -> [String] {
    var tokens: [String] = []
    var current = ""
    var isEscaped = false
    for character in text {
      if !isEscaped, ":,{}[]\"".contains(character) {
        if !current.isEmpty { tokens.append(current) }
        current = ""
        tokens.append(String(character))
        continue
      }
      isEscaped = character == "\\" && !isEscaped
      current.append(character)
    }
    if !current.isEmpty { tokens.append(current) }
    return tokens
  }

  private var hasNext: Bool { position < tokens.count }

  /// Takes the next token if it is this one; blank ones before it are skipped.
  private mutating func take(_ expected: String) -> Bool {
    while position + 1 < tokens.count, tokens[position].trimmingSpace().isEmpty { position += 1 }
    guard hasNext, tokens[position].trimmingSpace() == expected else { return false }
    position += 1
    return true
  }

  private mutating func takeLiteral(_ literal: String, isEmbedded: Bool) -> Bool {
    let start = position
    if take(literal), isEmbedded || !hasNext { return true }
    position = start
    return false
  }

  /// nil for a null.
  private mutating func parse(isEmbedded: Bool, depth: Int) throws(Unreadable) -> Typed? {
    guard hasNext, depth < Self.depthLimit else {
      if depth >= Self.depthLimit { throw Unreadable() }
      return nil
    }
    if isEmbedded, take("\"") { return quoted() }
    if takeLiteral("null", isEmbedded: isEmbedded) { return nil }
    if takeLiteral("true", isEmbedded: isEmbedded) { return (ConnectSchema(.boolean), .boolean(true)) }
    if takeLiteral("false", isEmbedded: isEmbedded) { return (ConnectSchema(.boolean), .boolean(false)) }
    let start = position
    do {
      if take("[") { return try array(depth: depth) }
      if take("{") { return try map(depth: depth) }
    } catch { position = start }
    guard hasNext else { throw Unreadable() }
    let token = tokens[position]
    position += 1
    let trimmed = token.trimmingSpace()
    guard let first = trimmed.first else { return (.string, .string(token)) }
    if first.isNumber, let temporal = temporalTokens(trimmed) { return temporal }
    if first.isNumber || first == "+" || first == "-", let number = Self.number(trimmed) { return number }
    if isEmbedded { throw Unreadable() }
    return (.string, .string(text))
  }

  private mutating func quoted() -> Typed {
    var content = ""
    while hasNext, !take("\"") {
      content += tokens[position]
      position += 1
    }
    return Self.temporal(content) ?? (.string, .string(content))
  }

  private mutating func array(depth: Int) throws(Unreadable) -> Typed {
    var items: [Typed?] = []
    while hasNext {
      if take("]") {
        let common = Self.common(items)
        let values = try items.map { (item) throws(Unreadable) in try Self.aligned(item?.value ?? .null, common) }
        return (ConnectSchema(.array, elements: common), .array(values))
      }
      if take(",") { throw Unreadable() }
      items.append(try parse(isEmbedded: true, depth: depth + 1))
      let mark = position
      if take("]") { position = mark } else if !take(",") { throw Unreadable() }
    }
    throw Unreadable()
  }

  private mutating func map(depth: Int) throws(Unreadable) -> Typed {
    var keys: [Typed?] = []
    var values: [Typed?] = []
    while hasNext {
      if take("}") {
        let keySchema = Self.common(keys)
        let valueSchema = keySchema == nil ? nil : Self.common(values)
        var entries: [ConnectValue.Entry] = []
        for (key, value) in zip(keys, values) {
          let key = try Self.aligned(key?.value ?? .null, keySchema)
          let value = try Self.aligned(value?.value ?? .null, valueSchema)
          if let i = entries.firstIndex(where: { $0.key == key }) {
            entries[i].value = value
          } else {
            entries.append(.init(key: key, value: value))
          }
        }
        return (ConnectSchema(.map, keys: keySchema, elements: valueSchema), .map(entries))
      }
      if take(",") { throw Unreadable() }
      guard let key = try parse(isEmbedded: true, depth: depth + 1), take(":") else { throw Unreadable() }
      keys.append(key)
      values.append(try parse(isEmbedded: true, depth: depth + 1))
      _ = take(",")
    }
    throw Unreadable()
  }

  /// A time's colons are delimiters: five tokens may be one.
  private mutating func temporalTokens(_ token: String) -> Typed? {
    if position + 4 <= tokens.count, let found = Self.temporal(token + tokens[position..<(position + 4)].joined()) {
      position += 4
      return found
    }
    return Self.temporal(token)
  }

  private static let patterns: [Int: (LogicalType, SimpleDateFormat)] = {
    let known: [(Int, LogicalType, String)] = [
      (13, .time, "HH:mm:ss.SSS'Z'"), (24, .timestamp, "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"), (10, .date, "yyyy-MM-dd"),
    ]
    var patterns: [Int: (LogicalType, SimpleDateFormat)] = [:]
    for (length, type, pattern) in known { if let format = try? SimpleDateFormat(pattern) { patterns[length] = (type, format) } }
    return patterns
  }()

  private static func temporal(_ token: String) -> Typed? {
    let token = token.split(separator: "\\:", omittingEmptySubsequences: false).joined(separator: ":")
    guard let (type, format) = patterns[token.utf16.count], let moment = format.milliseconds(token) else { return nil }
    return (type.schema(isOptional: false), .integer(type.encoded(moment)))
  }

  private static func number(_ token: String) -> Typed? {
    guard let decimal = DecimalNumber(parsing: token) else { return nil }
    if let whole = decimal.rescaled(to: 0), let value = Int64(whole.description) {
      let kinds: [ConnectSchema.Kind] = [.int8, .int16, .int32, .int64]
      return (ConnectSchema(kinds.first { JavaNumber.narrowed(value, to: $0) == value } ?? .int64), .integer(value))
    }
    if decimal.scale != 0, let float = Float(decimal.description), float.isFinite { return (ConnectSchema(.float32), .float32(float)) }
    if decimal.scale != 0, let double = Double(decimal.description), double.isFinite { return (ConnectSchema(.float64), .float64(double)) }
    let schema = ConnectSchema(
      .bytes, name: "org.apache.kafka.connect.data.Decimal", version: 1, parameters: [.init(name: "scale", value: String(decimal.scale))])
    return (schema, .bytes(decimal.unscaled))
  }

  private static let widening: [ConnectSchema.Kind] = [.int8, .int16, .int32, .int64, .float32, .float64]

  /// What all values are: one type, or the widest of several numeric ones; nil if there is none.
  private static func common(_ items: [Typed?]) -> ConnectSchema? {
    var common: ConnectSchema?
    for item in items {
      guard let schema = item?.schema else { continue }
      guard let previous = common else {
        common = schema
        continue
      }
      if previous.kind == schema.kind {
        common = schema
      } else if let a = widening.firstIndex(of: previous.kind), let b = widening.firstIndex(of: schema.kind) {
        common = a > b ? previous : schema
      } else {
        return nil
      }
    }
    return common
  }

  private static func aligned(_ value: ConnectValue, _ schema: ConnectSchema?) throws(Unreadable) -> ConnectValue {
    guard let schema else { return value }
    switch (value, schema.kind) {
    case (.null, _): throw Unreadable()
    case (.integer(let number), .float32): return .float32(Float(number))
    case (.integer(let number), .float64): return .float64(Double(number))
    case (.float32(let number), .float64): return .float64(Double(number))
    default: return value
    }
  }
}
