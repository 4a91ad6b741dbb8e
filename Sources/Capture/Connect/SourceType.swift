internal import ChangeEvents

/// A column's type in the database, as `column.propagate.source.type` tells it in schemas: name, length and scale as PostgreSQL's JDBC driver
/// counts them (`TypeInfoCache`).
struct SourceType: Hashable, Sendable {
  var name: String
  var length: Int32
  var scale: Int32

  private static let unknown = Int32.max

  /// - Parameters:
  ///   - type: the column's own type, which may be a domain.
  ///   - root: the type below all domains, of an array its elements', with its modifier.
  init(_ type: PostgresType, root: PostgresType, typmod: Int32) {
    name = type.name
    let precision = Self.precision(root.name, typmod)
    length = precision == 0 ? Self.displaySize(root.name, typmod) : precision
    scale = Self.scale(root.name, typmod)
  }

  /// The schema parameters, in Debezium's order.
  func parameters(column: String, comment: String?) -> [ConnectSchema.Parameter] {
    let prefix = "__debezium.source.column."
    var parameters = [ConnectSchema.Parameter(name: prefix + "type", value: name.uppercased())]
    if length != -1 { parameters.append(.init(name: prefix + "length", value: "\(length)")) }
    parameters.append(.init(name: prefix + "scale", value: "\(scale)"))
    if let comment, !comment.isEmpty { parameters.append(.init(name: prefix + "comment", value: comment)) }
    parameters.append(.init(name: prefix + "name", value: column))
    return parameters
  }

  private static func precision(_ type: String, _ typmod: Int32) -> Int32 {
    switch type {
    case "int2": 5
    case "int4", "oid": 10
    case "int8": 19
    case "float4": 8
    case "float8": 17
    case "numeric": typmod == -1 ? 0 : ((typmod - 4) >> 16) & 0xFFFF
    case "char", "bool": 1
    case "bpchar", "varchar": typmod == -1 ? unknown : typmod - 4
    case "bit": typmod
    case "varbit": typmod == -1 ? unknown : typmod
    default: displaySize(type, typmod)
    }
  }

  private static func displaySize(_ type: String, _ typmod: Int32) -> Int32 {
    let seconds: Int32 = typmod == -1 ? 7 : typmod == 0 ? 0 : typmod == 1 ? 3 : typmod + 1
    return switch type {
    case "numeric": typmod == -1 ? 131_089 : 2 + ((typmod - 4) >> 16)
    case "date": 13
    case "time": 8 + seconds
    case "timetz": 14 + seconds
    case "timestamp": 22 + seconds
    case "timestamptz": 28 + seconds
    case "interval": 49
    default: unknown
    }
  }

  private static func scale(_ type: String, _ typmod: Int32) -> Int32 {
    switch type {
    case "float4": 8
    case "float8": 17
    case "numeric": typmod == -1 ? 0 : (typmod - 4) & 0xFFFF
    case "time", "timetz", "timestamp", "timestamptz": typmod == -1 ? 6 : typmod
    case "interval": typmod == -1 ? 6 : typmod & 0xFFFF
    default: 0
    }
  }
}
