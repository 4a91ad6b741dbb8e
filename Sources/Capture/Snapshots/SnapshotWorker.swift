internal import ChangeEvents
internal import Logging
internal import Postgres

/// Reads chunks over one connection and makes records of their rows. Owned by one task.
final class SnapshotWorker {
  private let run: SnapshotRun
  private let number: Int
  private let connection: Connection
  private let encoder: ChangeEncoder
  private var parser = CopyRowParser()
  private var plans: [Int: RelationPlan] = [:]
  private var batch: Int

  init(_ run: SnapshotRun, number: Int, connection: Connection) {
    self.run = run
    self.number = number
    self.connection = connection
    encoder = ChangeEncoder(configuration: run.session.configuration, planner: run.session.planner, logger: run.session.logger)
    batch = run.tracker.openBatch()
  }

  /// Reads until no chunk is left.
  ///
  /// - Returns: false if it was asked to stop.
  func work() async throws -> Bool {
    while let chunk = run.takeChunk() {
      guard try await read(chunk) else {
        run.firstRow.trigger()
        return false
      }
    }
    try await flush()
    return true
  }

  /// Writes the snapshot's last row, once all workers are done.
  func finish() throws {
    guard let last = run.mark({ $0.finish() }) else { return }
    try write([last])
    run.report.note(last.row.chunk, rows: 0, worker: number, counters: encoder.counters)
  }

  /// Hands on what was made so far, notifications included.
  func flush() async throws {
    try run.notifications.service.write(to: encoder)
    let (records, _) = encoder.takeBatch()
    let tracker = run.tracker
    let done = batch
    batch = tracker.openBatch()
    try await run.pipeline.submit(records, completes: nil, insideTransaction: false) { tracker.acknowledge(batch: done) }
  }

  /// The last row that was read, while it is not known what follows. No bytes: there is none.
  private struct Pending {
    var bytes: [UInt8] = []
    var isFirst = false
    var isFirstOfTable = false
  }

  private func read(_ chunk: SnapshotChunk) async throws -> Bool {
    let table = run.tables[chunk.table]
    let plan = try plan(chunk.table)
    notifyBegin(chunk, table: table.name)
    var pending = Pending()
    var hasBegun = false
    for try await rows in connection.copyOut(table.copy(chunk, horizon: run.horizon), chunkSize: 128 << 10) {
      guard !run.session.stop.isTriggered else { return false }
      if !hasBegun {
        hasBegun = true
        if chunk.number > 0 { await run.firstRow.wait() }
        let begun = run.mark { $0.begin(chunk) }
        try write(begun.released)
        pending.isFirst = begun.isFirst
        pending.isFirstOfTable = begun.isFirstOfTable
      }
      run.tracker.touch(chunk, batch: batch)
      let count = try write(rows, pending: &pending, plan: plan)
      run.report.note(chunk, rows: count, worker: number, counters: encoder.counters)
      if encoder.batch.byteCount >= CaptureSession.batchBytes { try await flush() }
      if chunk.number == 0, !run.firstRow.isTriggered {
        if run.isShared { try await flush() }
        run.firstRow.trigger()
      }
    }
    let last =
      pending.bytes.isEmpty
      ? nil
      : SnapshotMarkers.Row(bytes: pending.bytes, chunk: chunk, isFirst: pending.isFirst, isFirstOfTable: pending.isFirstOfTable)
    try write(run.mark { $0.end(chunk, last) })
    if last == nil { run.tracker.end(chunk) }
    if chunk.number == 0 { run.firstRow.trigger() }
    notifyEnd(chunk, table: table.name)
    return true
  }

  // MARK: - Rows

  /// Writes whole rows of COPY's text format; the last one waits in `pending`, the one that waited there goes first.
  ///
  /// - Returns: how many there were.
  private func write(_ rows: [UInt8], pending: inout Pending, plan: RelationPlan) throws -> Int {
    try rows.withUnsafeBytes { bytes in
      var count = 0
      var start = 0
      while start < bytes.count {
        // A line feed inside of a value is escaped: each one ends a row.
        let end = CopyRowParser.endOfRow(bytes, from: start)
        count += 1
        if !pending.bytes.isEmpty {
          let marker = SnapshotMarkers.marker(isFirst: pending.isFirst, isFirstOfTable: pending.isFirstOfTable)
          try pending.bytes.withUnsafeBytes { try write($0, marker: marker, plan: plan) }
          pending = Pending()
        }
        if end + 1 >= bytes.count || pending.isFirst || pending.isFirstOfTable {
          pending.bytes = Array(bytes[start..<min(end + 1, bytes.count)])
        } else {
          try write(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), marker: .yes, plan: plan)
        }
        start = end + 1
      }
      return count
    }
  }

  private func write(_ row: UnsafeRawBufferPointer, marker: SnapshotMarker, plan: RelationPlan) throws {
    var source = run.source
    source.snapshot = marker
    try parser.parse(row)
    try parser.bytes.withUnsafeBytes { bytes in
      try encoder.read(RowImage(bytes: bytes, fields: parser.fields), plan: plan, source: source)
    }
  }

  /// Rows that were held back until now, of this chunk or of others.
  private func write(_ released: [SnapshotMarkers.Released]) throws {
    for released in released {
      run.tracker.touch(released.row.chunk, batch: batch)
      run.tracker.end(released.row.chunk)
      let plan = try plan(released.row.chunk.table)
      try released.row.bytes.withUnsafeBytes { try write($0, marker: released.marker, plan: plan) }
    }
  }

  private func plan(_ table: Int) throws -> RelationPlan {
    if let plan = plans[table] { return plan }
    let description = run.tables[table].description
    let made = try run.session.planner.plan(description.relation, table: description, catalog: run.types)
    plans[table] = made
    return made
  }

  // MARK: - Notifications

  private var isChunked: Bool {
    let settings = run.session.configuration.snapshot
    return (settings.maxThreads > 1 || settings.multiplier > 1) && !settings.isWholeTables
  }

  private func notifyBegin(_ chunk: SnapshotChunk, table: String) {
    if chunk.index == 0 { run.notifications.inProgress(table, of: run.names) }
    guard isChunked else { return }
    run.notifications.chunkInProgress(table, index: chunk.index, of: run.counts[chunk.table], rows: run.report.rows(of: chunk.table))
  }

  private func notifyEnd(_ chunk: SnapshotChunk, table: String) {
    let isComplete = run.report.end(chunk)
    if isChunked { run.notifications.chunkScanned(table, index: chunk.index, of: run.counts[chunk.table], tables: run.names) }
    if isComplete { run.notifications.scanned(table, rows: run.report.rows(of: chunk.table), of: run.names) }
  }
}
