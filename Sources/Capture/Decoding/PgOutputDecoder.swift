internal import Postgres

/// Decodes pgoutput messages of protocol version 1 (``StreamedBlock`` makes them of what later versions add). Pure: bytes in, message out; garbage throws, it never traps.
///
/// The tuples of the last insert, update or delete stand in `newTuple` and `oldTuple`; their ranges point into that
/// message's bytes.
struct PgOutputDecoder {
  private(set) var newTuple: [TupleField] = []
  private(set) var oldTuple: [TupleField] = []

  mutating func decode(_ bytes: UnsafeRawBufferPointer) throws(DecodingError) -> PgOutputMessage {
    var reader = ByteReader(bytes)
    switch try reader.byte() {
    case UInt8(ascii: "I"):
      let relation = try reader.integer(UInt32.self)
      guard try reader.byte() == UInt8(ascii: "N") else { throw .unexpected("an insert without a new tuple") }
      try Self.readTuple(&reader, into: &newTuple)
      return .insert(relation: relation)
    case UInt8(ascii: "U"): return try decodeUpdate(&reader)
    case UInt8(ascii: "D"):
      let relation = try reader.integer(UInt32.self)
      guard let kind = Self.oldKind(try reader.byte()) else { throw .unexpected("a delete without an old tuple") }
      try Self.readTuple(&reader, into: &oldTuple)
      return .delete(relation: relation, old: kind)
    case UInt8(ascii: "B"):
      return .begin(
        finalLSN: LSN(rawValue: try reader.integer(UInt64.self)), commitTime: try reader.integer(Int64.self),
        transactionID: try reader.integer(UInt32.self))
    case UInt8(ascii: "C"):
      _ = try reader.byte()
      return .commit(
        commitLSN: LSN(rawValue: try reader.integer(UInt64.self)), endLSN: LSN(rawValue: try reader.integer(UInt64.self)),
        commitTime: try reader.integer(Int64.self))
    case UInt8(ascii: "R"): return .relation(try Self.readRelation(&reader))
    case UInt8(ascii: "Y"):
      return .type(oid: try reader.integer(UInt32.self), schema: try reader.string(), name: try reader.string())
    case UInt8(ascii: "O"): return .origin(lsn: LSN(rawValue: try reader.integer(UInt64.self)), name: try reader.string())
    case UInt8(ascii: "T"): return try Self.readTruncate(&reader)
    case UInt8(ascii: "M"):
      let flags = try reader.byte()
      let lsn = LSN(rawValue: try reader.integer(UInt64.self))
      let prefix = try reader.string()
      let count = Int(try reader.integer(UInt32.self))
      return .message(transactional: flags & 1 != 0, lsn: lsn, prefix: prefix, content: try reader.range(count: count))
    case let tag: throw .unknownMessage(tag)
    }
  }

  private mutating func decodeUpdate(_ reader: inout ByteReader) throws(DecodingError) -> PgOutputMessage {
    let relation = try reader.integer(UInt32.self)
    var tag = try reader.byte()
    let kind = Self.oldKind(tag)
    if kind != nil {
      try Self.readTuple(&reader, into: &oldTuple)
      tag = try reader.byte()
    }
    guard tag == UInt8(ascii: "N") else { throw .unexpected("an update without a new tuple") }
    try Self.readTuple(&reader, into: &newTuple)
    return .update(relation: relation, old: kind)
  }

  private static func oldKind(_ tag: UInt8) -> OldTupleKind? {
    switch tag {
    case UInt8(ascii: "K"): .key
    case UInt8(ascii: "O"): .full
    default: nil
    }
  }

  private static func readTuple(_ reader: inout ByteReader, into fields: inout [TupleField]) throws(DecodingError) {
    fields.removeAll(keepingCapacity: true)
    let count = Int(try reader.integer(UInt16.self))
    for _ in 0..<count {
      switch try reader.byte() {
      case UInt8(ascii: "t"): fields.append(.text(try reader.range(count: Int(try reader.integer(UInt32.self)))))
      case UInt8(ascii: "n"): fields.append(.null)
      case UInt8(ascii: "u"): fields.append(.unchanged)
      case UInt8(ascii: "b"): fields.append(.binary(try reader.range(count: Int(try reader.integer(UInt32.self)))))
      case let tag: throw .unexpected("a column of the unknown kind \(tag)")
      }
    }
  }

  private static func readRelation(_ reader: inout ByteReader) throws(DecodingError) -> RelationDescription {
    let id = try reader.integer(UInt32.self)
    let schema = try reader.string()
    let name = try reader.string()
    guard let identity = RelationDescription.ReplicaIdentity(rawValue: try reader.byte()) else {
      throw .unexpected("an unknown replica identity")
    }
    let count = Int(try reader.integer(UInt16.self))
    var columns: [RelationDescription.Column] = []
    for _ in 0..<count {
      let flags = try reader.byte()
      columns.append(
        .init(
          isIdentity: flags & 1 != 0, name: try reader.string(), typeOID: try reader.integer(UInt32.self),
          typeModifier: try reader.integer(Int32.self)))
    }
    // An empty schema stands for pg_catalog.
    return RelationDescription(id: id, schema: schema.isEmpty ? "pg_catalog" : schema, name: name, identity: identity, columns: columns)
  }

  private static func readTruncate(_ reader: inout ByteReader) throws(DecodingError) -> PgOutputMessage {
    let count = Int(try reader.integer(UInt32.self))
    let options = try reader.byte()
    guard count >= 0, count <= reader.remaining / 4 else { throw .truncated }
    var relations: [UInt32] = []
    for _ in 0..<count { relations.append(try reader.integer(UInt32.self)) }
    return .truncate(relations: relations, cascade: options & 1 != 0, restartIdentity: options & 2 != 0)
  }
}
