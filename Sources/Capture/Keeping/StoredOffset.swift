public import Postgres

/// What a connector remembers between two runs, beside what the slot itself keeps.
///
/// The slot's confirmed LSN never runs ahead of the stored one: it is confirmed after it was stored.
public struct StoredOffset: Hashable, Sendable {
  /// How far the initial snapshot came.
  public enum Snapshot: String, Hashable, Sendable {
    /// A snapshot was begun and did not end: it is taken again.
    case running
    /// The snapshot's rows were all acknowledged.
    case completed
    /// None was taken (`snapshot.mode=no_data`).
    case skipped
  }

  /// The slot this offset belongs to.
  public var slot: String
  /// How far the initial snapshot came.
  public var snapshot: Snapshot
  /// The consistent point of a snapshot that was taken beside an older slot: the slot streams transactions from before it, too.
  public var snapshotLSN: LSN?
  /// `IDENTIFY_SYSTEM`'s identifier: an offset of another database cluster is refused.
  public var systemID: String
  /// The end of the highest transaction all of whose records are acknowledged.
  public var position: CommitPosition?
  /// Changes of the next transaction that were acknowledged; 0 in this form: a transaction in doubt is sent again as a whole.
  public var index: Int64
  /// How far signals were handled and an incremental snapshot came; nil for none.
  var incremental: IncrementalState?

  /// Consistent points of snapshots beside the slot that were begun: rows of interrupted ones are with the consumers, and a change that came after
  /// such a row must not look older.
  var earlierSnapshotLSNs: [LSN] = []
  /// All points at which rows were read beside the slot.
  var snapshotPoints: [LSN] { earlierSnapshotLSNs + (snapshotLSN.map { earlierSnapshotLSNs.contains($0) ? [] : [$0] } ?? []) }
  /// How far a snapshot that is `running` came; nil reads it from its beginning.
  var snapshotProgress: SnapshotProgress?

  /// Makes an offset.
  public init(
    slot: String, snapshot: Snapshot, snapshotLSN: LSN? = nil, systemID: String, position: CommitPosition? = nil, index: Int64 = 0
  ) {
    self.slot = slot
    self.snapshotLSN = snapshotLSN
    self.snapshot = snapshot
    self.systemID = systemID
    self.position = position
    self.index = index
  }

  /// Compact JSON.
  public var text: String {
    var members: [JSONDocument.Member] = [
      .init(name: "slot", value: .string(slot)),
      .init(name: "snapshot", value: .string(snapshot.rawValue)),
      .init(name: "snapshot_lsn", value: snapshotLSN.map { .string($0.description) } ?? .null),
      .init(name: "system", value: .string(systemID)),
      .init(name: "commit_lsn", value: position.map { .string($0.commitLSN.description) } ?? .null),
      .init(name: "end_lsn", value: position.map { .string($0.endLSN.description) } ?? .null),
      .init(name: "index", value: .number(String(index))),
    ]
    if !earlierSnapshotLSNs.isEmpty {
      members.append(.init(name: "snapshot_points", value: .string(earlierSnapshotLSNs.map(\.description).joined(separator: ","))))
    }
    if let snapshotProgress { members.append(.init(name: "snapshot_progress", value: snapshotProgress.json)) }
    if let incremental { members.append(.init(name: "incremental", value: incremental.document)) }
    return JSONDocument.object(members).text
  }

  /// - Throws: `CaptureError` (failed) if the text is not a stored offset.
  public init(parsing bytes: some Sequence<UInt8>) throws(CaptureError) {
    let document: JSONDocument
    do { document = try JSONDocument(parsing: bytes) } catch {
      throw .failed("the stored offset is damaged: \(error.reason) in line \(error.line)")
    }
    guard let slot = document["slot"]?.string, let snapshot = document["snapshot"]?.string.flatMap(Snapshot.init(rawValue:)),
      let system = document["system"]?.string
    else { throw .failed("the stored offset is damaged: slot, snapshot and system are expected") }
    var position: CommitPosition?
    if let commit = document["commit_lsn"]?.string, let end = document["end_lsn"]?.string {
      guard let commit = LSN(commit), let end = LSN(end) else {
        throw .failed("the stored offset is damaged: no LSN in commit_lsn or end_lsn")
      }
      position = CommitPosition(commitLSN: commit, endLSN: end)
    }
    self.init(
      slot: slot, snapshot: snapshot, snapshotLSN: document["snapshot_lsn"]?.string.flatMap { LSN($0) }, systemID: system,
      position: position, index: document["index"]?.integer ?? 0)
    earlierSnapshotLSNs = document["snapshot_points"]?.string?.split(separator: ",").compactMap { LSN(String($0)) } ?? []
    snapshotProgress = document["snapshot_progress"].flatMap { SnapshotProgress($0) }
    if let document = document["incremental"], case .object = document { incremental = IncrementalState(document) }
  }
}
