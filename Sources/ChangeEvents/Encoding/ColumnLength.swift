/// A column's length in characters as PostgreSQL's JDBC driver tells it, which Debezium goes by.
enum ColumnLength {
  /// `Int.max` where the type has no bound.
  static func of(_ type: PostgresType, _ typmod: Int32) -> Int {
    switch type.name {
    case "varchar", "bpchar": typmod < 4 ? .max : Int(typmod) - 4
    case "char", "bool": 1
    case "numeric": typmod < 4 ? .max : Int((typmod - 4) >> 16)
    case "bit", "varbit": typmod < 0 ? .max : Int(typmod)
    case "int2", "int2vector": 5
    case "int4", "oid": 10
    case "int8": 19
    case "float4": 8
    case "float8": 17
    case "date": 13
    case "time": 8 + fraction(typmod)
    case "timetz": 14 + fraction(typmod)
    case "timestamp": 22 + fraction(typmod)
    case "timestamptz": 28 + fraction(typmod)
    case "interval": 49
    default: .max
    }
  }

  private static func fraction(_ typmod: Int32) -> Int {
    switch typmod {
    case ..<0: 7
    case 0: 0
    case 1: 3
    default: Int(min(typmod, 6)) + 1
    }
  }
}
