internal import Logging
internal import Synchronization

/// Tells people and metrics how far a snapshot came: a line at most every two seconds.
final class SnapshotReport: Sendable {
  private struct State {
    var rows: [Int]
    var workers: [Int: CaptureCounters] = [:]
    var tablesLeft: Int
    var lastLine: ContinuousClock.Instant
    var lastRows = 0
  }

  static let interval = Duration.seconds(2)

  private let tables: [(name: String, estimate: Int64?)]
  private let chunks: [Int]
  private let chunksLeft: Mutex<[Int]>
  private let begin = ContinuousClock.now
  private let state: Mutex<State>
  private let metrics: CaptureMetrics
  private let logger: Logger
  private let onProgress: @Sendable (CaptureCounters) -> Void

  init(
    tables: [(name: String, estimate: Int64?)], chunks: [Int], metrics: CaptureMetrics, logger: Logger,
    onProgress: @escaping @Sendable (CaptureCounters) -> Void
  ) {
    self.tables = tables
    self.chunks = chunks
    self.metrics = metrics
    self.logger = logger
    self.onProgress = onProgress
    chunksLeft = Mutex(chunks)
    state = Mutex(State(rows: tables.map { _ in 0 }, tablesLeft: chunks.filter { $0 > 0 }.count, lastLine: .now))
  }

  /// Rows of a table so far.
  func rows(of table: Int) -> Int { state.withLock { $0.rows[table] } }

  /// - Returns: whether the table has no chunk left.
  func end(_ chunk: SnapshotChunk) -> Bool {
    let left = chunksLeft.withLock { chunks in
      chunks[chunk.table] -= 1
      return chunks[chunk.table]
    }
    let name = tables[chunk.table].name
    let (rows, tablesLeft) = state.withLock { state in
      if left == 0 { state.tablesLeft -= 1 }
      return (state.rows[chunk.table], state.tablesLeft)
    }
    metrics.report(table: name, rows: rows)
    metrics.reportSnapshot(tables: tables.count, left: tablesLeft, seconds: seconds)
    return left == 0
  }

  /// - Parameters:
  ///   - rows: of the table since the last call.
  ///   - counters: of this worker, since its beginning.
  func note(_ chunk: SnapshotChunk, rows: Int, worker: Int, counters: CaptureCounters) {
    let now = ContinuousClock.now
    let (sum, line) = state.withLock { state -> (CaptureCounters, SnapshotProgressLine?) in
      state.rows[chunk.table] += rows
      state.workers[worker] = counters
      let sum = state.workers.values.reduce(CaptureCounters(), +)
      guard now - state.lastLine >= Self.interval else { return (sum, nil) }
      defer {
        state.lastLine = now
        state.lastRows = sum.snapshotRows
      }
      return (
        sum,
        SnapshotProgressLine(
          table: tables[chunk.table].name, rows: state.rows[chunk.table], estimate: tables[chunk.table].estimate,
          rate: Double(sum.snapshotRows - state.lastRows) / (now - state.lastLine).seconds, totalRows: sum.snapshotRows,
          totalEstimate: tables.reduce(0) { $0 + ($1.estimate ?? 0) }, tablesLeft: state.tablesLeft)
      )
    }
    onProgress(sum)
    guard let line else { return }
    metrics.report(table: line.table, rows: line.rows)
    metrics.reportSnapshot(tables: tables.count, left: line.tablesLeft, seconds: seconds)
    logger.notice("\(line.text)")
  }

  var seconds: Double { (ContinuousClock.now - begin).seconds }
  var totalRows: Int { state.withLock { $0.rows.reduce(0, +) } }
}
