internal import Postgres

/// The transactions that the server sends while they are open: their changes wait on disk for the commit, and then go through the encoder
/// as if the transaction had come whole, in the order of the commits.
///
/// Owned by the reading task. Memory is bounded by `bufferBytes` and a little for each open transaction, whatever their number and size:
/// one block is open at a time, and what it brought is written when it ends. Nothing is kept over a restart: no position moves into an
/// open transaction, so the server sends it again from its beginning.
final class OpenTransactions {
  /// What the reading task has to wait for after a message.
  enum Work {
    /// The message belongs to a transaction that comes whole: the encoder's.
    case none
    /// The message is held.
    case held
    /// What the block of this transaction brought is to be written.
    case write(UInt32)
    /// It is shorter now: a subtransaction was rolled back.
    case cut(HeldTransaction)
    /// It was rolled back.
    case drop(HeldTransaction)
    /// It was committed: everything that is held of it is to be sent.
    case replay(HeldTransaction, StreamedCommit)
  }

  static let bufferBytes = 256 << 10
  private let folder: TransactionFolder
  private var block = StreamedBlock()
  private var held: [UInt32: HeldTransaction] = [:]
  /// What the open block brought and is not written yet.
  private var buffer: [UInt8] = []

  init(folder: TransactionFolder) { self.folder = folder }

  /// A block has begun whose end was not read yet.
  var isInsideBlock: Bool { block.transaction != nil }
  /// Open transactions of which something is held.
  var count: Int { held.count }
  /// Bytes that are held of all of them.
  var byteCount: Int { held.values.reduce(0) { $0 + $1.byteCount } }

  /// Takes a message.
  func take(_ bytes: UnsafeRawBufferPointer, walStart: LSN, serverTime: Int64) throws(DecodingError) -> Work {
    switch try block.route(bytes) {
    case .whole: return .none
    case .started(let id):
      if held[id] == nil { held[id] = HeldTransaction(id: id, firstLSN: walStart) }
      return .held
    case .change(let id, let subtransaction, let start):
      let count = try HeldMessages.append(bytes, from: start, walStart: walStart, serverTime: serverTime, to: &buffer)
      held[id]?.add(count, subtransaction: subtransaction)
      return buffer.count >= Self.bufferBytes ? .write(id) : .held
    case .stopped(let id): return buffer.isEmpty ? .held : .write(id)
    case .aborted(let id, let subtransaction):
      if id == subtransaction { return held.removeValue(forKey: id).map { .drop($0) } ?? .held }
      guard var transaction = held[id], transaction.abort(subtransaction) else { return .held }
      held[id] = transaction
      return .cut(transaction)
    case .committed(let commit):
      let transaction = held.removeValue(forKey: commit.transaction)
      return .replay(transaction ?? HeldTransaction(id: commit.transaction, firstLSN: commit.commitLSN), commit)
    }
  }

  // MARK: - On disk

  /// Writes what the block of a transaction brought.
  func write(_ id: UInt32) async throws {
    guard let transaction = held[id] else { return buffer.removeAll(keepingCapacity: true) }
    try await folder.write(buffer, of: id, at: transaction.byteCount - buffer.count)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Gives back the room of what was rolled back.
  func cut(_ transaction: HeldTransaction) async throws { try await folder.truncate(transaction.id, to: transaction.byteCount) }

  /// Gives back all room of a transaction.
  func drop(_ transaction: HeldTransaction) async throws { if transaction.byteCount > 0 { try await folder.remove(transaction.id) } }

  /// The messages that follow those up to `offset`; empty behind the last.
  func read(_ transaction: HeldTransaction, from offset: Int) async throws -> HeldMessages {
    var wanted = min(Self.bufferBytes, transaction.byteCount - offset)
    while true {
      let messages = HeldMessages(try await folder.read(transaction.id, from: offset, count: wanted))
      if !messages.messages.isEmpty || wanted <= 0 { return messages }
      // One that is larger than what was read.
      guard let needed = messages.neededBytes, needed > wanted, needed <= transaction.byteCount - offset else {
        throw TransactionFolder.Failure(reason: "a file in \(folder.path) is not as it was written")
      }
      wanted = needed
    }
  }
}
