/// How the values of one type travel between PostgreSQL's text and Debezium's JSON under given options.
///
/// Writing and reading share it, so that one is the other's inverse by construction.
enum ValueCodec: Sendable, Hashable {
  /// Where times count from zero, in which unit; `iso` is text.
  enum TimeUnit: Sendable, Hashable { case millis, micros, nanos, iso }

  case bool
  /// `int2`, `int4`, `int8`, `oid`.
  case integer
  case float4
  case float8
  /// Everything whose JSON is a string of the same text.
  case text
  /// As `text`; only its placeholder inside of arrays differs.
  case uuid
  case decimal(scale: Int)
  case variableDecimal
  case decimalText(scale: Int)
  case decimalDouble(scale: Int?)
  case money(digits: Int, mode: EncodingOptions.DecimalHandling)
  /// `bit(1)`.
  case bit
  /// `bit(n)`: the text's length; nil for `bit varying`.
  case bits(length: Int?)
  case bytes(EncodingOptions.BinaryHandling)
  /// A type without a mapping, as the bytes of its text.
  case opaque(EncodingOptions.BinaryHandling)
  case date(iso: Bool)
  case time(TimeUnit)
  case timetz
  case timestamp(TimeUnit)
  case timestamptz(width: Int)
  case interval(iso: Bool)
  /// Any temporal type under `time.precision.mode=structured`.
  case structured(StructuredTemporal)
  case hstore(map: Bool)
  case point
  case geometry
  case vector
  case sparseVector
  indirect case array(ValueCodec, delimiter: UInt8)

  /// Why a type has no codec.
  enum Unresolved: Error {
    case unknown(UInt32)
    case unsupported(String)
  }

  init(type oid: UInt32, typmod: Int32, catalog: TypeCatalog, options: EncodingOptions) throws(Unresolved) {
    guard let (type, typmod) = catalog.resolve(oid, typmod: typmod) else { throw .unknown(oid) }
    switch type.kind {
    case .enum: self = .text
    case .array:
      // Debezium has no mapping for these, whatever their elements are.
      if let element = catalog[type.elementOID], element.kind == .domain || Self.unmappedElements.contains(element.name) {
        guard options.includeUnknownDatatypes, element.kind == .domain else { throw .unsupported(type.name) }
        self = .array(.opaque(options.binaryHandling), delimiter: UInt8(ascii: ","))
        return
      }
      // An array's modifier is that of its elements.
      self = .array(
        try ValueCodec(type: type.elementOID, typmod: typmod, catalog: catalog, options: options),
        delimiter: catalog[type.elementOID]?.delimiter ?? UInt8(ascii: ","))
    case .base, .range:
      if let codec = Self.base(type, typmod, options) {
        self = codec
      } else if options.includeUnknownDatatypes {
        self = .opaque(options.binaryHandling)
      } else {
        throw .unsupported(type.name)
      }
    case .domain, .multirange, .composite, .pseudo:
      guard options.includeUnknownDatatypes else { throw .unsupported(type.name) }
      self = .opaque(options.binaryHandling)
    }
  }

  /// Elements of which Debezium leaves out the arrays, even where unknown types are included.
  private static let unmappedElements: Set<String> = ["money", "name", "interval", "varbit", "xml", "point", "refcursor"]

  private static func structured(_ name: String, _ typmod: Int32) -> ValueCodec? {
    switch name {
    case "date": .structured(.date)
    case "time": .structured(.time(precision: precision(typmod)))
    case "timetz": .structured(.timetz(precision: precision(typmod)))
    case "timestamp": .structured(.timestamp(precision: precision(typmod)))
    case "timestamptz": .structured(.timestamptz(precision: precision(typmod)))
    // An interval's modifier carries its fields above the precision.
    case "interval": .structured(.interval(precision: precision(typmod < 0 ? typmod : typmod & 0xFFFF)))
    default: nil
    }
  }

  private static func base(_ type: PostgresType, _ typmod: Int32, _ options: EncodingOptions) -> ValueCodec? {
    if options.timePrecision == .structured, let codec = structured(type.name, typmod) { return codec }
    return switch type.name {
    case "bool": .bool
    case "int2", "int4", "int8", "oid": .integer
    case "float4": .float4
    case "float8": .float8
    case "numeric": numeric(typmod, options)
    case "money": .money(digits: options.moneyFractionDigits, mode: options.decimalHandling)
    case "uuid": .uuid
    case "text", "varchar", "bpchar", "char", "name", "citext", "json", "jsonb", "xml", "inet", "cidr", "macaddr", "macaddr8",
      "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange", "tsvector", "ltree", "isbn":
      .text
    case "bit": typmod > 1 ? .bits(length: Int(typmod)) : .bit
    case "varbit": typmod == 1 ? .bit : .bits(length: nil)
    case "bytea": .bytes(options.binaryHandling)
    case "date": .date(iso: options.timePrecision == .isostring)
    case "time": .time(timeUnit(precision(typmod), options))
    case "timetz": .timetz
    case "timestamp": .timestamp(timestampUnit(precision(typmod), options))
    case "timestamptz": .timestamptz(width: precision(typmod))
    case "interval": .interval(iso: options.intervalHandling == .string)
    case "hstore": .hstore(map: options.hstoreHandling == .map)
    case "point": .point
    case "geometry", "geography": .geometry
    case "vector", "halfvec": .vector
    case "sparsevec": .sparseVector
    default: nil
    }
  }

  private static func precision(_ typmod: Int32) -> Int { typmod < 0 || typmod > 6 ? 6 : Int(typmod) }

  private static func numeric(_ typmod: Int32, _ options: EncodingOptions) -> ValueCodec {
    // numeric's modifier is (precision << 16 | scale) + 4, the scale in eleven bits with a sign (PostgreSQL 15).
    let scale: Int? = typmod < 4 ? nil : Int((((typmod - 4) & 0x7FF) ^ 1024) - 1024)
    return switch options.decimalHandling {
    case .precise: scale.map { .decimal(scale: $0) } ?? .variableDecimal
    case .string: .decimalText(scale: max(scale ?? 0, 0))
    case .double: .decimalDouble(scale: scale)
    }
  }

  private static func timeUnit(_ precision: Int, _ options: EncodingOptions) -> TimeUnit {
    switch options.timePrecision {
    case .adaptive: precision <= 3 ? .millis : .micros
    case .adaptiveTimeMicroseconds, .microseconds, .structured: .micros
    case .connect: .millis
    case .isostring: .iso
    case .nanoseconds: .nanos
    }
  }

  private static func timestampUnit(_ precision: Int, _ options: EncodingOptions) -> TimeUnit {
    switch options.timePrecision {
    case .adaptive, .adaptiveTimeMicroseconds: precision <= 3 ? .millis : .micros
    case .microseconds, .structured: .micros
    case .connect: .millis
    case .isostring: .iso
    case .nanoseconds: .nanos
    }
  }
}
