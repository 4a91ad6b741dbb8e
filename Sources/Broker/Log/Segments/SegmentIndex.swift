import NIOCore

/// The sparse index of one segment: ascending entries in a file, looked up by offset or by time with a binary search that reads from the
/// file, so that an index costs no memory. The newest entries wait in memory until there are enough of them for a write.
///
/// The index only saves work: it may be short or missing after a kill, and is built anew from the segment then. Confined to the event loop.
final class SegmentIndex {
  /// Entries that wait in memory: one write for a mebibyte of data.
  private static let pendingLimit = 256
  /// As many as fit into 10 MiB, Kafka's default of `segment.index.bytes`.
  private static let largestCount = (10 << 20) / IndexEntry.size

  let file: SegmentFile
  private var stored: Int
  private var pending: [IndexEntry] = []
  private(set) var last: IndexEntry?
  private var isSynced = true

  /// - Parameter stored: entries that the file holds.
  init(file: SegmentFile, stored: Int, last: IndexEntry?) {
    self.file = file
    self.stored = stored
    self.last = last
  }

  var count: Int { stored + pending.count }

  /// It is time for a new segment.
  var isFull: Bool { count >= Self.largestCount }

  /// Adds an entry behind the last one; one that is not behind it is left out.
  func append(_ entry: IndexEntry) {
    if let last, entry.position <= last.position { return }
    pending.append(entry)
    last = entry
    // A disk without space fails the data, not its index: the entries go on waiting, as many as there are.
    if pending.count.isMultiple(of: Self.pendingLimit) { try? store() }
  }

  /// Writes what waits to the file.
  func store() throws(LogError) {
    guard !pending.isEmpty else { return }
    var bytes = ByteBuffer()
    bytes.reserveCapacity(pending.count * IndexEntry.size)
    for entry in pending { bytes.writeMultipleIntegers(entry.relativeOffset, entry.position, entry.timestamp) }
    isSynced = false
    try bytes.withUnsafeReadableBytes { raw throws(LogError) in try file.write(at: stored * IndexEntry.size, raw) }
    stored += pending.count
    pending.removeAll(keepingCapacity: true)
  }

  /// What was stored is on the disk when this returns.
  func synchronize() throws(LogError) {
    guard !isSynced else { return }
    try file.synchronize()
    isSynced = true
  }

  /// The last entry at or before an offset (relative to the segment's base); nil when it lies before all of them.
  func entry(atOrBefore relativeOffset: UInt32) throws(LogError) -> IndexEntry? {
    try lastEntry { $0.relativeOffset <= relativeOffset }
  }

  /// The last entry before which every timestamp is earlier; nil when there is none.
  func entry(before timestamp: Int64) throws(LogError) -> IndexEntry? {
    try lastEntry { $0.timestamp < timestamp }
  }

  /// Drops the entries at and behind a position of the segment.
  func truncate(to position: Int) throws(LogError) {
    let kept = try firstIndex { Int($0.position) >= position }
    if kept < stored {
      pending.removeAll()
      stored = kept
    } else {
      pending.removeLast(count - kept)
    }
    last = kept > 0 ? try entry(kept - 1) : nil
    try file.truncate(to: stored * IndexEntry.size)
  }

  /// The last entry that satisfies a condition which holds for a first part of the entries.
  private func lastEntry(where condition: (IndexEntry) -> Bool) throws(LogError) -> IndexEntry? {
    if let last, condition(last) { return last }
    let first = try firstIndex { !condition($0) }
    return first > 0 ? try entry(first - 1) : nil
  }

  private func firstIndex(where condition: (IndexEntry) -> Bool) throws(LogError) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if condition(try entry(middle)) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private func entry(_ number: Int) throws(LogError) -> IndexEntry {
    if number >= stored, pending.indices.contains(number - stored) { return pending[number - stored] }
    return try withUnsafeTemporaryAllocation(byteCount: IndexEntry.size, alignment: 8) { bytes throws(LogError) in
      guard try file.read(at: number * IndexEntry.size, into: bytes) == IndexEntry.size,
        let entry = IndexEntry(UnsafeRawBufferPointer(bytes))
      else { throw LogError(path: file.path, reason: "is too short") }
      return entry
    }
  }
}
