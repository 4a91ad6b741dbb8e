import NIOCore

@testable import Broker

/// A coordinator's log in memory. It completes appends at once, unless a test holds them back, and can be made to fail.
final class MemoryStateLog: StateLog {
  /// Everything that was appended, in order.
  private(set) var entries: [StateEntry] = []
  /// The time that appended records bear.
  var now: Int64 = 1_700_000_000_000
  /// What the following appends are answered; they are not written unless it is `.none`.
  var answer: ErrorCode = .none
  /// Whether completions wait for ``completeHeld()``.
  var holdsCompletions = false
  private var held: [() -> Void] = []
  private var nextOffset: Int64 = 0

  /// How many appends wait for their completion.
  var heldCount: Int { held.count }

  func append(_ records: [StateRecord], producer: StateProducer?, completion: @escaping (ErrorCode) -> Void) {
    let answer = answer
    if answer == .none {
      for record in records {
        entries.append(.record(record, offset: nextOffset, timestamp: now, producer: producer))
        nextOffset += 1
      }
    }
    if holdsCompletions { held.append { completion(answer) } } else { completion(answer) }
  }

  /// What the transaction coordinator does to a partition: the marker that ends a producer's transaction.
  func appendMarker(producerID: Int64, epoch: Int16, committed: Bool) {
    entries.append(.marker(producerID: producerID, epoch: epoch, committed: committed))
    nextOffset += 1
  }

  /// Completes the appends that were held back, oldest first.
  func completeHeld() {
    let completions = held
    held.removeAll()
    for completion in completions { completion() }
  }

  /// Keeps the newest value of each key alone, as compaction would in the end, tombstones and finished transactions gone. A test that
  /// replays before and after must see the same state.
  func compact() {
    var pending: [Int64: [StateEntry]] = [:]
    var settled: [ByteBuffer: (offset: Int64, entry: StateEntry)] = [:]
    func settle(_ entry: StateEntry) {
      // By offset, as compaction does: a transaction's record counts where it was written, not where it was committed.
      guard case .record(let record, let offset, let timestamp, _) = entry, settled[record.key].map({ $0.offset < offset }) ?? true else {
        return
      }
      settled[record.key] = (offset, .record(record, offset: offset, timestamp: timestamp, producer: nil))
    }
    for entry in entries {
      switch entry {
      case .record(_, _, _, nil):
        settle(entry)
      case .record(_, _, _, let producer?):
        pending[producer.id, default: []].append(entry)
      case .marker(let producerID, _, let committed):
        for entry in pending.removeValue(forKey: producerID) ?? [] where committed { settle(entry) }
      }
    }
    let newest = settled.values.sorted { $0.offset < $1.offset }.map(\.entry).filter {
      if case .record(let record, _, _, _) = $0 { record.value != nil } else { false }
    }
    entries = newest + pending.values.joined()
  }

  func replay(_ body: (StateEntry) throws -> Void) throws {
    for entry in entries { try body(entry) }
  }
}
