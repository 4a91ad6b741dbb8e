internal import Postgres

/// Sorts what pgoutput sends of transactions that are still open (protocol versions 2 to 4) from what it sends whole. Pure: bytes in, a route out;
/// garbage throws, it never traps.
///
/// A block of an open transaction stands between Stream Start and Stream Stop; only there do messages carry the ID of the transaction or
/// subtransaction that made them. Blocks of several transactions follow one another, with whole transactions in between.
///
/// Source: PostgreSQL documentation, "Logical Replication Message Formats".
struct StreamedBlock {
  /// What to do with a message.
  enum Route: Hashable, Sendable {
    /// It belongs to a transaction that comes whole.
    case whole
    /// Its block begins: changes of this transaction follow.
    case started(transaction: UInt32)
    /// A message of the block: its kind and what stands from `start` on make a message of protocol version 1.
    case change(transaction: UInt32, subtransaction: UInt32, start: Int)
    /// The block ends; the transaction stays open.
    case stopped(transaction: UInt32)
    /// All that came of this transaction is to be sent now.
    case committed(StreamedCommit)
    /// All that came of this subtransaction, or of the whole where both are the same, never happened.
    case aborted(transaction: UInt32, subtransaction: UInt32)
  }

  /// Whose block is open.
  private(set) var transaction: UInt32?

  mutating func route(_ bytes: UnsafeRawBufferPointer) throws(DecodingError) -> Route {
    guard let tag = bytes.first else { throw .truncated }
    if let transaction { return try routeInside(transaction, tag, bytes) }
    switch tag {
    case UInt8(ascii: "S"):
      var reader = try Self.reader(bytes)
      let id = try reader.integer(UInt32.self)
      _ = try reader.byte()
      transaction = id
      return .started(transaction: id)
    case UInt8(ascii: "c"): return .committed(try StreamedCommit(bytes))
    case UInt8(ascii: "A"):
      // With `streaming 'parallel'` (PostgreSQL 16) an LSN and a time follow, of which nothing depends.
      var reader = try Self.reader(bytes)
      return .aborted(transaction: try reader.integer(UInt32.self), subtransaction: try reader.integer(UInt32.self))
    case UInt8(ascii: "E"): throw .unexpected("the end of a block that did not begin")
    default: return .whole
    }
  }

  private mutating func routeInside(_ transaction: UInt32, _ tag: UInt8, _ bytes: UnsafeRawBufferPointer) throws(DecodingError) -> Route {
    switch tag {
    case UInt8(ascii: "E"):
      self.transaction = nil
      return .stopped(transaction: transaction)
    case UInt8(ascii: "I"), UInt8(ascii: "U"), UInt8(ascii: "D"), UInt8(ascii: "T"), UInt8(ascii: "M"), UInt8(ascii: "R"),
      UInt8(ascii: "Y"):
      var reader = try Self.reader(bytes)
      return .change(transaction: transaction, subtransaction: try reader.integer(UInt32.self), start: reader.position)
    // The origin belongs to the transaction as a whole, and carries no ID.
    case UInt8(ascii: "O"): return .change(transaction: transaction, subtransaction: transaction, start: 1)
    case UInt8(ascii: "S"), UInt8(ascii: "B"), UInt8(ascii: "C"), UInt8(ascii: "c"), UInt8(ascii: "A"):
      throw .unexpected("a boundary of a transaction inside a block of an open one")
    default: throw .unknownMessage(tag)
    }
  }

  /// Behind the message's kind.
  private static func reader(_ bytes: UnsafeRawBufferPointer) throws(DecodingError) -> ByteReader {
    var reader = ByteReader(bytes)
    _ = try reader.byte()
    return reader
  }
}

/// A Stream Commit message.
struct StreamedCommit: Hashable, Sendable {
  var transaction: UInt32
  var commitLSN: LSN
  var endLSN: LSN
  /// Microseconds since 2000-01-01.
  var commitTime: Int64

  init(_ bytes: UnsafeRawBufferPointer) throws(DecodingError) {
    var reader = ByteReader(bytes)
    _ = try reader.byte()
    transaction = try reader.integer(UInt32.self)
    _ = try reader.byte()
    commitLSN = LSN(rawValue: try reader.integer(UInt64.self))
    endLSN = LSN(rawValue: try reader.integer(UInt64.self))
    commitTime = try reader.integer(Int64.self)
  }

  /// The Begin message with which the transaction would have come whole.
  var begin: [UInt8] { [UInt8(ascii: "B")] + Self.bytes(commitLSN.rawValue) + Self.bytes(commitTime) + Self.bytes(transaction) }

  /// As `begin`, its Commit message.
  var commit: [UInt8] { [UInt8(ascii: "C"), 0] + Self.bytes(commitLSN.rawValue) + Self.bytes(endLSN.rawValue) + Self.bytes(commitTime) }

  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
}
