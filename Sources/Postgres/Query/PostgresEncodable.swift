/// A Swift value that can stand in a ``Query`` as a bind.
///
/// Integers, `Double`, `Bool`, `UUID`, `Date`, bytes and ``LSN`` name their PostgreSQL type. A `String` leaves the type to the server, so that it can
/// stand for a `text`, a `uuid`, a `numeric`, a `jsonb` or an enum; an array of strings is a `text[]`.
public protocol PostgresEncodable: Sendable {
  /// OID of the type, or 0 to let the server infer it.
  static var postgresType: UInt32 { get }
  /// OID of the type of arrays of this, or 0 to let the server infer it.
  static var postgresArrayType: UInt32 { get }
  /// The value as a parameter.
  var postgresBind: Bind { get }
  /// Appends the value as an element of an array literal.
  func append(to array: inout ArrayLiteral)
  /// An array of these as a parameter.
  static func postgresBind(of array: [Self]) -> Bind
}

extension PostgresEncodable {
  /// See ``PostgresEncodable``.
  public func append(to array: inout ArrayLiteral) {
    array.append(postgresBind.value)
  }

  /// See ``PostgresEncodable``.
  public static func postgresBind(of array: [Self]) -> Bind {
    var literal = ArrayLiteral()
    for element in array { element.append(to: &literal) }
    return Bind(type: postgresArrayType, value: literal.bytes)
  }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { Wrapped.postgresType }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { Wrapped.postgresArrayType }

  /// See ``PostgresEncodable``.
  public var postgresBind: Bind {
    switch self {
    case .some(let value): value.postgresBind
    case .none: Bind(type: Wrapped.postgresType, value: nil)
    }
  }

  /// See ``PostgresEncodable``.
  public func append(to array: inout ArrayLiteral) {
    switch self {
    case .some(let value): value.append(to: &array)
    case .none: array.appendNull()
    }
  }
}

extension Array: PostgresEncodable where Element: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { Element.postgresArrayType }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { Element.self == UInt8.self ? TypeOID.byteaArray : 0 }
  /// See ``PostgresEncodable``.
  public var postgresBind: Bind { Element.postgresBind(of: self) }

  /// See ``PostgresEncodable``.
  public func append(to array: inout ArrayLiteral) {
    if let bytes = self as? [UInt8] {
      array.append(bytea: bytes)
    } else {
      array.append(postgresBind.value)
    }
  }
}
