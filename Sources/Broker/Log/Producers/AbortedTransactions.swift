import NIOCore

/// The aborted transactions whose markers lie in one segment: its `.txnindex` file, in Kafka's format (`TransactionIndex`, `AbortedTxn`).
///
/// Entries of 34 bytes, big-endian: version 0 (int16), producer ID, first offset, last offset and last stable offset (int64), by ascending
/// last offset. There is no file until there is an entry, and none is kept open: aborts are rare. Files of a log that was not shut down
/// cleanly are not to be trusted; ``removeAll()`` and the replay of the log write them again.
struct AbortedTransactions: Sendable {
  static let entryBytes = 34
  /// Entries, not bytes: a limit on what a damaged file may make us allocate.
  private static let mostEntries = 4 << 20

  /// Of the file.
  let path: String
  /// Entries in the file.
  private(set) var count: Int

  /// - Throws: when the file is there and cannot be read. What is left of an entry that was being written is cut off.
  init(path: String) throws(LogError) {
    self.path = path
    guard let size = try FileOperations().status(path)?.size else {
      count = 0
      return
    }
    count = size / Self.entryBytes
    if size % Self.entryBytes != 0 { try cut(to: count) }
  }

  mutating func append(_ transaction: AbortedTransaction, operations: FileOperations = FileOperations()) throws(LogError) {
    let descriptor = try operations.open(path, create: true)
    defer { operations.close(descriptor) }
    let (entry, position) = (Self.encode([transaction]), count * Self.entryBytes)
    try entry.withUnsafeReadableBytes { bytes throws(LogError) in
      try operations.write(descriptor, at: position, bytes, UnsafeRawBufferPointer(start: nil, count: 0), path: path)
    }
    count += 1
  }

  /// All entries.
  func all() throws(LogError) -> [AbortedTransaction] {
    guard count > 0 else { return [] }
    let operations = FileOperations()
    let descriptor = try operations.open(path)
    defer { operations.close(descriptor) }
    var bytes = try operations.read(descriptor, at: 0, count: min(count, Self.mostEntries) * Self.entryBytes, path: path)
    var transactions: [AbortedTransaction] = []
    transactions.reserveCapacity(count)
    while bytes.readableBytes >= Self.entryBytes,
      let (version, producerID, first, last, stable) = bytes.readMultipleIntegers(as: (Int16, Int64, Int64, Int64, Int64).self)
    {
      guard version == 0 else { throw LogError(path: path, reason: "an entry has version \(version), not 0") }
      transactions.append(AbortedTransaction(producerID: producerID, firstOffset: first, lastOffset: last, lastStableOffset: stable))
    }
    return transactions
  }

  /// The aborted transactions that a reader of the offsets `from ..< upTo` has to know.
  ///
  /// - Returns: those among this segment's, and whether the segments after this one can have none: their transactions all began later.
  func overlapping(from: Int64, upTo: Int64) throws(LogError) -> (transactions: [AbortedTransaction], isComplete: Bool) {
    var found: [AbortedTransaction] = []
    for transaction in try all() {
      if transaction.lastOffset >= from, transaction.firstOffset < upTo { found.append(transaction) }
      if transaction.lastStableOffset >= upTo { return (found, true) }
    }
    return (found, false)
  }

  /// The same over several segments.
  ///
  /// - Parameter segments: the one that holds `from` and all those after it: a transaction that began within the range may have been aborted
  ///   long after it.
  static func overlapping(
    from: Int64, upTo: Int64, in segments: some Sequence<AbortedTransactions>
  ) throws(LogError) -> [AbortedTransaction] {
    var found: [AbortedTransaction] = []
    for segment in segments where segment.count > 0 {
      let (transactions, isComplete) = try segment.overlapping(from: from, upTo: upTo)
      found += transactions
      if isComplete { break }
    }
    return found
  }

  /// Drops the entries of markers at `offset` and after it, when the log is cut there.
  mutating func truncate(to offset: Int64) throws(LogError) {
    let keep = try all().prefix { $0.lastOffset < offset }.count
    guard keep < count else { return }
    try cut(to: keep)
    count = keep
  }

  mutating func removeAll() throws(LogError) {
    try FileOperations().remove(path)
    count = 0
  }

  private func cut(to entries: Int) throws(LogError) {
    let operations = FileOperations()
    let descriptor = try operations.open(path)
    defer { operations.close(descriptor) }
    try operations.truncate(descriptor, to: entries * Self.entryBytes, path: path)
  }

  static func encode(_ transactions: [AbortedTransaction]) -> ByteBuffer {
    var bytes = ByteBuffer()
    bytes.reserveCapacity(transactions.count * entryBytes)
    for transaction in transactions {
      bytes.writeMultipleIntegers(
        0 as Int16, transaction.producerID, transaction.firstOffset, transaction.lastOffset, transaction.lastStableOffset)
    }
    return bytes
  }
}
