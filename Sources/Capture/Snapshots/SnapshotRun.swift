internal import ChangeEvents
internal import Logging
internal import Postgres
internal import Synchronization

/// What the workers of a snapshot share.
final class SnapshotRun: Sendable {
  let session: CaptureSession
  let pipeline: DeliveryPipeline
  let tracker: SnapshotProgressTracker
  let tables: [SnapshotTable]
  let names: [String]
  let chunks: [SnapshotChunk]
  /// How many chunks each table has.
  let counts: [Int]
  let horizon: UInt64
  let types: TypeCatalog
  let source: SourceInfo
  let report: SnapshotReport
  let notifications: InitialSnapshotNotifications
  /// Given once the first row was handed on, or the first chunk has none: until then the other workers write nothing.
  let firstRow = StopSignal()
  /// Several workers read.
  let isShared: Bool
  private let next = Mutex(0)
  private let markers: Mutex<SnapshotMarkers>

  init(
    session: CaptureSession, pipeline: DeliveryPipeline, tracker: SnapshotProgressTracker, tables: [SnapshotTable], chunks: [SnapshotChunk],
    progress: SnapshotProgress?, horizon: UInt64, types: TypeCatalog, source: SourceInfo, notifications: InitialSnapshotNotifications
  ) {
    self.session = session
    self.pipeline = pipeline
    self.tracker = tracker
    self.tables = tables
    names = tables.map(\.name)
    self.chunks = chunks
    self.horizon = horizon
    self.types = types
    self.source = source
    self.notifications = notifications
    let counts = tables.indices.map { table in chunks.filter { $0.table == table }.count }
    self.counts = counts
    let begun = tables.indices.filter { !(progress?.tables[tables[$0].name]?.done.isEmpty ?? true) }
    markers = Mutex(SnapshotMarkers(chunks: counts, begun: Set(begun)))
    isShared = session.configuration.snapshot.maxThreads > 1 && chunks.count > 1
    let board = session.board
    report = SnapshotReport(
      tables: tables.map { ($0.name, $0.estimatedRows) }, chunks: counts, metrics: session.metrics, logger: session.logger
    ) { board.note($0, lastEventTime: nil) }
  }

  /// The next chunk to read; nil if none is left.
  func takeChunk() -> SnapshotChunk? {
    next.withLock { next in
      guard next < chunks.count else { return nil }
      defer { next += 1 }
      return chunks[next]
    }
  }

  func mark<T: Sendable>(_ body: (inout sending SnapshotMarkers) -> sending T) -> T { markers.withLock { body(&$0) } }
}
