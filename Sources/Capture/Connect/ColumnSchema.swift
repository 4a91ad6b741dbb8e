internal import ChangeEvents

/// The schema of a column's values: what Debezium's `PostgresValueConverter.schemaBuilder` makes of a type under the given options.
///
/// It says what `ColumnEncoder` writes; the two follow the same options.
struct ColumnSchema {
  let catalog: TypeCatalog
  let options: EncodingOptions

  /// The schema of a type, not optional (but where Debezium's always is); nil for a type that the catalogue does not know.
  func schema(type oid: UInt32, typmod: Int32) -> ConnectSchema? {
    guard let (type, typmod) = catalog.resolve(oid, typmod: typmod) else { return nil }
    switch type.kind {
    case .enum: return Self.enumeration(type.labels)
    case .array:
      // Arrays of domains have no mapping: their elements are bytes.
      if catalog[type.elementOID]?.kind == .domain { return .array(of: binary) }
      guard let element = catalog.resolve(type.elementOID, typmod: typmod), let inner = schema(type: type.elementOID, typmod: typmod) else {
        return nil
      }
      // Elements of types that Debezium names may be null; those that it only finds by their element type may not.
      return .array(of: Self.hasOptionalElements.contains(element.type.name) ? inner.with(isOptional: true) : inner)
    case .base, .range: return base(type.name, typmod) ?? binary
    case .domain, .multirange, .composite, .pseudo: return binary
    }
  }

  private static let hasOptionalElements: Set<String> = [
    "int2", "int4", "int8", "oid", "char", "varchar", "text", "bpchar", "inet", "cidr", "macaddr", "macaddr8", "tsrange", "tstzrange",
    "daterange", "int4range", "numrange", "int8range", "numeric", "float4", "float8", "bool", "date", "uuid", "json", "jsonb", "time",
    "timetz", "timestamp", "timestamptz", "bytea", "geometry", "geography", "hstore", "citext", "ltree",
  ]

  static func enumeration(_ labels: [String]) -> ConnectSchema {
    .semantic(.string, "io.debezium.data.Enum", [.init(name: "allowed", value: labels.joined(separator: ","))])
  }

  /// `binary.handling.mode`.
  var binary: ConnectSchema { options.binaryHandling == .bytes ? .bytes : .string }

  /// `time.precision.mode=structured`: a struct of optional fields for each temporal type; nil for the others.
  private static func structured(_ type: String) -> ConnectSchema? {
    let int8 = ConnectSchema(.int8, isOptional: true)
    let int32 = ConnectSchema(.int32, isOptional: true)
    let text = ConnectSchema(.string, isOptional: true)
    let date = [("year", int32), ("month", int8), ("day", int8)]
    let clock = [("hour", int8), ("minute", int8), ("second", int8), ("nanos", int32)]
    let precision = [("precision", int32)]
    let special = [("specialValue", text)]
    let found: (name: String, fields: [(String, ConnectSchema)])? =
      switch type {
      case "date": ("Date", date + special)
      case "time": ("Time", clock + precision)
      case "timetz": ("ZonedTime", clock + [("offsetSeconds", int32)] + precision)
      case "timestamp": ("Timestamp", date + clock + special + precision)
      case "timestamptz": ("ZonedTimestamp", date + clock + [("offsetSeconds", int32), ("zoneId", text)] + special + precision)
      case "interval":
        (
          "Duration",
          [
            ("years", int32), ("months", int32), ("days", int32), ("hours", int32), ("minutes", int32),
            ("seconds", ConnectSchema(.int64, isOptional: true)), ("nanos", int32),
          ] + precision
        )
      default: nil
      }
    return found.map { .structure("io.debezium.time.Structured\($0.name)", version: 1, $0.fields) }
  }

  private func base(_ name: String, _ typmod: Int32) -> ConnectSchema? {
    if options.timePrecision == .structured, let schema = Self.structured(name) { return schema }
    return switch name {
    case "bool": .boolean
    case "int2": .int16
    case "int4": .int32
    case "int8", "oid": .int64
    case "float4": .float32
    case "float8": .float64
    case "numeric": numeric(typmod)
    case "money": money
    case "uuid": .semantic(.string, "io.debezium.data.Uuid")
    case "json", "jsonb": .semantic(.string, "io.debezium.data.Json")
    case "xml": .semantic(.string, "io.debezium.data.Xml")
    case "tsvector": .semantic(.string, "io.debezium.data.Tsvector")
    case "ltree": .semantic(.string, "io.debezium.data.Ltree")
    case "text", "varchar", "bpchar", "char", "name", "citext", "inet", "cidr", "macaddr", "macaddr8", "int4range", "int8range", "numrange",
      "tsrange", "tstzrange", "daterange", "isbn":
      .string
    case "bit": typmod > 1 ? bits(typmod) : .boolean
    // Debezium's length of `bit varying` without one is the greatest integer.
    case "varbit": typmod == 1 ? .boolean : bits(typmod < 1 ? .max : typmod)
    case "bytea": binary
    case "date", "time", "timestamp": temporal(name, precision: typmod < 0 || typmod > 6 ? 6 : Int(typmod))
    case "timetz": .semantic(.string, "io.debezium.time.ZonedTime")
    case "timestamptz": .semantic(.string, "io.debezium.time.ZonedTimestamp")
    case "interval":
      options.intervalHandling == .string
        ? .semantic(.string, "io.debezium.time.Interval") : .semantic(.int64, "io.debezium.time.MicroDuration")
    case "hstore": options.hstoreHandling == .json ? .semantic(.string, "io.debezium.data.Json") : .map(.string, .optionalString)
    case "point": Self.point
    case "geometry": Self.geometry("Geometry").with(isOptional: true)
    case "geography": Self.geometry("Geography")
    case "vector": .array(of: .float64, name: "io.debezium.data.DoubleVector", version: 1)
    case "halfvec": .array(of: .float32, name: "io.debezium.data.FloatVector", version: 1)
    case "sparsevec": Self.sparseVector
    default: nil
    }
  }

  private func bits(_ length: Int32) -> ConnectSchema {
    .semantic(.bytes, "io.debezium.data.Bits", [.init(name: "length", value: "\(length)")])
  }

  private func numeric(_ typmod: Int32) -> ConnectSchema {
    switch options.decimalHandling {
    case .string: return .string
    case .double: return .float64
    case .precise: break
    }
    guard typmod >= 4 else {
      return .structure(
        "io.debezium.data.VariableScaleDecimal", version: 1, doc: "Variable scaled decimal", [("scale", .int32), ("value", .bytes)])
    }
    let scale = (((typmod - 4) & 0x7FF) ^ 1024) - 1024
    let precision = ((typmod - 4) >> 16) & 0xFFFF
    return Self.decimal(scale, precision: precision)
  }

  private static func decimal(_ scale: Int32, precision: Int32?) -> ConnectSchema {
    var parameters = [ConnectSchema.Parameter(name: "scale", value: "\(scale)")]
    if let precision { parameters.append(.init(name: "connect.decimal.precision", value: "\(precision)")) }
    return .semantic(.bytes, "org.apache.kafka.connect.data.Decimal", parameters)
  }

  private var money: ConnectSchema {
    switch options.decimalHandling {
    case .precise: Self.decimal(Int32(clamping: options.moneyFractionDigits), precision: nil)
    case .string: .string
    case .double: .float64
    }
  }

  private func temporal(_ name: String, precision: Int) -> ConnectSchema {
    let suffix = name == "date" ? "Date" : name == "time" ? "Time" : "Timestamp"
    // Days, and milliseconds of a day, fit 32 bits.
    let narrow: ConnectSchema.Kind = name == "timestamp" ? .int64 : .int32
    let debezium = "io.debezium.time."
    let millis = ConnectSchema.semantic(narrow, debezium + suffix)
    if options.timePrecision == .isostring { return .semantic(.string, debezium + "Iso" + suffix) }
    if options.timePrecision == .connect { return .semantic(narrow, "org.apache.kafka.connect.data." + suffix) }
    if name == "date" { return millis }
    switch options.timePrecision {
    case .nanoseconds: return .semantic(.int64, debezium + "Nano" + suffix)
    case .adaptive where precision <= 3: return millis
    case .adaptiveTimeMicroseconds where name == "timestamp" && precision <= 3: return millis
    default: return .semantic(.int64, debezium + "Micro" + suffix)
    }
  }

  private static let point = ConnectSchema.structure(
    "io.debezium.data.geometry.Point", version: 1, doc: "Geometry (POINT)",
    [("x", .float64), ("y", .float64), ("wkb", ConnectSchema(.bytes, isOptional: true)), ("srid", .optionalInt32)])

  private static func geometry(_ name: String) -> ConnectSchema {
    .structure("io.debezium.data.geometry.\(name)", version: 1, doc: name, [("wkb", .bytes), ("srid", .optionalInt32)])
  }

  private static let sparseVector = ConnectSchema.structure(
    "io.debezium.data.SparseDoubleVector", version: 1, doc: "Sparse double vector",
    [("dimensions", .int16), ("vector", .map(.int16, .float64))])
}
