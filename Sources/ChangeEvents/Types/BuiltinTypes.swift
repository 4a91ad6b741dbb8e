/// PostgreSQL's own types; their OIDs are fixed (`pg_type.dat`).
enum BuiltinTypes {
  /// name, OID, OID of its array.
  private static let base: [(String, UInt32, UInt32)] = [
    ("bool", 16, 1000), ("bytea", 17, 1001), ("char", 18, 1002), ("name", 19, 1003), ("int8", 20, 1016), ("int2", 21, 1005),
    ("int2vector", 22, 1006), ("int4", 23, 1007), ("regproc", 24, 1008), ("text", 25, 1009), ("oid", 26, 1028), ("tid", 27, 1010),
    ("xid", 28, 1011), ("cid", 29, 1012), ("oidvector", 30, 1013), ("json", 114, 199), ("xml", 142, 143), ("xid8", 5069, 271),
    ("point", 600, 1017), ("lseg", 601, 1018), ("path", 602, 1019), ("box", 603, 1020), ("polygon", 604, 1027), ("line", 628, 629),
    ("float4", 700, 1021), ("float8", 701, 1022), ("circle", 718, 719), ("money", 790, 791), ("macaddr", 829, 1040),
    ("inet", 869, 1041), ("cidr", 650, 651), ("macaddr8", 774, 775), ("aclitem", 1033, 1034), ("bpchar", 1042, 1014),
    ("varchar", 1043, 1015), ("date", 1082, 1182), ("time", 1083, 1183), ("timestamp", 1114, 1115), ("timestamptz", 1184, 1185),
    ("interval", 1186, 1187), ("timetz", 1266, 1270), ("bit", 1560, 1561), ("varbit", 1562, 1563), ("numeric", 1700, 1231),
    ("refcursor", 1790, 2201), ("uuid", 2950, 2951), ("pg_lsn", 3220, 3221), ("tsvector", 3614, 3643), ("gtsvector", 3642, 3644),
    ("tsquery", 3615, 3645), ("regconfig", 3734, 3735), ("jsonb", 3802, 3807), ("jsonpath", 4072, 4073),
    ("txid_snapshot", 2970, 2949), ("pg_snapshot", 5038, 5039), ("regclass", 2205, 2210), ("regtype", 2206, 2211),
  ]
  private static let ranges: [(String, UInt32, UInt32)] = [
    ("int4range", 3904, 3905), ("numrange", 3906, 3907), ("tsrange", 3908, 3909), ("tstzrange", 3910, 3911),
    ("daterange", 3912, 3913), ("int8range", 3926, 3927),
  ]
  private static let multiranges: [(String, UInt32, UInt32)] = [
    ("int4multirange", 4451, 6150), ("nummultirange", 4532, 6151), ("tsmultirange", 4533, 6152), ("tstzmultirange", 4534, 6153),
    ("datemultirange", 4535, 6155), ("int8multirange", 4536, 6157),
  ]

  static let byOID: [UInt32: PostgresType] = {
    var types: [UInt32: PostgresType] = [:]
    for (rows, kind) in [(base, PostgresType.Kind.base), (ranges, .range), (multiranges, .multirange)] {
      for (name, oid, array) in rows {
        types[oid] = PostgresType(oid: oid, name: name, kind: kind, delimiter: UInt8(ascii: name == "box" ? ";" : ","))
        types[array] = PostgresType(oid: array, name: "_" + name, kind: .array, elementOID: oid)
      }
    }
    return types
  }()
}
