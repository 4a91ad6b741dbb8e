/// What is known of snapshots, from what is notified of them. Pure: told the time.
public struct SnapshotStatus: Sendable, Hashable {
  /// Tables of the snapshot.
  public var tables: [String] = []
  /// Those that were read to the end.
  public var finishedTables: Set<String> = []
  /// Rows read, by table.
  public var rows: [String: Int] = [:]
  /// Chunks by table, where tables are read in chunks.
  public var chunks: [String: Int] = [:]
  /// Chunks read to the end, by table.
  public var finishedChunks: [String: Int] = [:]
  /// The chunk that was read last: `<table>:<number>`, or its last key.
  public var chunkID: String?
  /// Whether one is being taken.
  public var isRunning = false
  /// Whether it waits for `resume-snapshot`.
  public var isPaused = false
  /// Whether the last one was given up.
  public var isAborted = false
  /// Whether the last one came to its end.
  public var isCompleted = false
  /// Whether none was due at the start.
  public var isSkipped = false
  private var begin: ContinuousClock.Instant?
  private var pauseBegin: ContinuousClock.Instant?
  private var finished = Duration.zero
  private var paused = Duration.zero

  /// No snapshot.
  public init() {}

  /// Tables that are still to be read to the end.
  public var remainingTables: Int { max(tables.count - finishedTables.count, 0) }

  /// From 0 to 1; 0 before one begins.
  public var progress: Double {
    if isCompleted { return 1 }
    guard !tables.isEmpty else { return 0 }
    let parts = tables.reduce(0.0) { sum, table in
      if finishedTables.contains(table) { return sum + 1 }
      guard let all = chunks[table], all > 0 else { return sum }
      return sum + min(Double(finishedChunks[table] ?? 0) / Double(all), 1)
    }
    return min(parts / Double(tables.count), 1)
  }

  /// How long it took, or takes by now, pauses included.
  func duration(now: ContinuousClock.Instant) -> Duration { begin.map { now - $0 } ?? finished }

  /// How long of that it was paused.
  func pausedDuration(now: ContinuousClock.Instant) -> Duration { paused + (pauseBegin.map { now - $0 } ?? .zero) }

  /// Takes in a notification.
  mutating func note(_ type: String, _ data: [(name: String, value: String)], now: ContinuousClock.Instant) {
    func value(_ name: String) -> String? { data.first { $0.name == name }?.value }
    if let list = value("data_collections"), !list.isEmpty { tables = list.split(separator: ",").map { String($0).trimmingSpace() } }
    let table = value("scanned_collection") ?? value("current_collection_in_progress")
    if let table, let count = value("total_rows_scanned").flatMap({ Int($0) }) { rows[table] = count }
    if let table, let count = value("total_chunks").flatMap({ Int($0) }) { chunks[table] = count }
    switch type {
    case "STARTED":
      self = SnapshotStatus()
      if let list = value("data_collections"), !list.isEmpty { tables = list.split(separator: ",").map { String($0).trimmingSpace() } }
      isRunning = true
      begin = now
    case "IN_PROGRESS": chunkID = value("last_processed_key").map { key in table.map { "\($0):\(key)" } ?? key } ?? chunkID
    case "TABLE_CHUNK_IN_PROGRESS": chunkID = table.map { "\($0):\(value("chunk_index") ?? "")" }
    case "TABLE_CHUNK_COMPLETED": if let table { finishedChunks[table, default: 0] += 1 }
    case "TABLE_SCAN_COMPLETED":
      if let table, value("status").map({ $0 == "SUCCEEDED" || $0 == "EMPTY" }) ?? true { finishedTables.insert(table) }
    case "PAUSED":
      isPaused = true
      pauseBegin = pauseBegin ?? now
    case "RESUMED": endPause(now)
    case "COMPLETED":
      end(now)
      isCompleted = true
    case "ABORTED", "STOPPED":
      end(now)
      isAborted = true
    case "SKIPPED": isSkipped = true
    default: break
    }
  }

  private mutating func endPause(_ now: ContinuousClock.Instant) {
    paused = pausedDuration(now: now)
    pauseBegin = nil
    isPaused = false
  }

  private mutating func end(_ now: ContinuousClock.Instant) {
    endPause(now)
    finished = duration(now: now)
    begin = nil
    isRunning = false
  }
}
