extension Query: ExpressibleByStringInterpolation {
  /// A literal of the program's own.
  public init(stringLiteral value: String) {
    self.init(unescaped: value)
  }

  /// From the collected pieces.
  public init(stringInterpolation: StringInterpolation) {
    self = stringInterpolation.query
  }

  /// Collects the pieces of a query; see ``Query`` for what can stand in `\( )`.
  public struct StringInterpolation: StringInterpolationProtocol, Sendable {
    var query = Query(unescaped: "")

    /// Empty; the sizes are only a hint.
    public init(literalCapacity: Int, interpolationCount: Int) {}

    /// A literal part of the text: SQL as the program wrote it.
    public mutating func appendLiteral(_ literal: String) {
      query.append(sql: literal)
    }

    /// A bind.
    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
      query.append(value.postgresBind)
    }

    /// A bind; nil is NULL. (An overload of its own: the compiler warns of optionals in any other interpolation.)
    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
      query.append(value.postgresBind)
    }

    /// A bind that is already in the server's form.
    public mutating func appendInterpolation(bind: Bind) {
      query.append(bind)
    }

    /// A bind of a named type: `\("12.30", as: "numeric")`.
    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value, as type: String) {
      let bind = value.postgresBind
      // Without a type of its own the parameter is read as `type` by the server, not as text and then cast.
      append(bind.isBinary ? bind : Bind(type: 0, value: bind.value), as: type)
    }

    /// Texts as an array of another type: `\(textArray: prices, as: "numeric[]")`. The texts are in the text form of the element type.
    public mutating func appendInterpolation(textArray: [String?], as type: String) {
      var literal = ArrayLiteral()
      for element in textArray { literal.append(element) }
      append(Bind(type: 0, value: literal.bytes), as: type)
    }

    /// An array that was built in place: `\(array: literal, as: "timestamptz[]")`.
    public mutating func appendInterpolation(array: ArrayLiteral, as type: String) {
      append(Bind(type: 0, value: array.bytes), as: type)
    }

    /// The same in binary form.
    public mutating func appendInterpolation(array: BinaryArray, as type: String) {
      append(Bind(type: 0, value: array.bytes, isBinary: true), as: type)
    }

    /// A quoted identifier.
    public mutating func appendInterpolation(identifier: String) {
      query.append(sql: Query.quoted(identifier: identifier))
      if identifier.isEmpty { query.note(flaw: "an identifier is empty") }
    }

    /// A qualified and quoted identifier: `"schema"."table"`.
    public mutating func appendInterpolation(identifier schema: String, _ name: String) {
      appendInterpolation(identifier: schema)
      query.append(sql: ".")
      appendInterpolation(identifier: name)
    }

    /// Quoted identifiers with commas between them.
    public mutating func appendInterpolation(identifiers: [String]) {
      for (index, identifier) in identifiers.enumerated() {
        if index > 0 { query.append(sql: ", ") }
        appendInterpolation(identifier: identifier)
      }
    }

    /// A quoted text literal, for statements that take no binds.
    public mutating func appendInterpolation(literal: String) {
      query.append(sql: Query.quoted(literal: literal))
    }

    /// Another query, with its binds.
    public mutating func appendInterpolation(_ other: Query) {
      query.append(other)
    }

    /// Raw SQL. Whoever writes this has made sure that nothing from outside is in it.
    public mutating func appendInterpolation(unescaped sql: String) {
      query.append(sql: sql)
    }

    private mutating func append(_ bind: Bind, as type: String) {
      if !Self.isTypeName(type) { query.note(flaw: "\"\(type)\" is not the name of a type") }
      query.append(sql: "CAST(")
      query.append(bind)
      query.append(sql: " AS \(type))")
    }

    /// Names as `format_type` writes them (`timestamp(3) with time zone[]`, `"My Schema".mood`): nothing in them can end the cast.
    private static func isTypeName(_ name: String) -> Bool {
      var isQuoted = false
      var depth = 0
      for character in name.unicodeScalars {
        if character == "\"" {
          isQuoted.toggle()
        } else if !isQuoted {
          switch character {
          case "(": depth += 1
          case ")": depth -= 1
          case "a"..."z", "A"..."Z", "0"..."9", "_", ".", ",", " ", "[", "]", "$": break
          default: if character.isASCII { return false }
          }
          if depth < 0 { return false }
        }
      }
      return !name.isEmpty && !isQuoted && depth == 0
    }
  }
}
