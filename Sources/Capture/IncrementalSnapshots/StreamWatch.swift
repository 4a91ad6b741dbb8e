internal import ChangeEvents
internal import Postgres

/// What incremental snapshots have to know of the stream: rows of the signal table, keys that the open window holds, transactions.
///
/// Owned by the task that owns the encoder, which tells it of each change.
final class StreamWatch {
  private let settings: SignalSettings
  /// Signals that came in the signal table and wait for the end of their transaction.
  private(set) var signals: [CaptureSignal] = []
  private(set) var recent = RecentTransactions()
  /// The stream has brought the second watermark of the window.
  private(set) var sawClose = false
  private(set) var window: SnapshotWindow?
  /// Whose rows the window holds; 0 for none.
  private(set) var windowRelation: UInt32 = 0

  init(_ settings: SignalSettings) { self.settings = settings }

  func takeSignals() -> [CaptureSignal] {
    defer { signals = [] }
    return signals
  }

  func open(_ window: SnapshotWindow) {
    self.window = window
    windowRelation = window.plan.relation.id
    sawClose = false
  }

  /// Ends the window.
  @discardableResult
  func takeWindow() -> SnapshotWindow? {
    defer {
      window = nil
      windowRelation = 0
      sawClose = false
    }
    return window
  }

  /// Whether changes of a table have to be shown to ``signal(_:in:)``.
  func isSignalTable(_ plan: RelationPlan) -> Bool {
    settings.isSignalTable(schema: plan.relation.schema, table: plan.relation.name)
  }

  /// A row was inserted into the signal table. Its first three columns count, whatever their names.
  func signal(_ row: RowImage, lsn: LSN) throws {
    func text(_ column: Int) throws -> String { try row.text(column).map { String(decoding: $0, as: UTF8.self) } ?? "" }
    let id = try text(0)
    switch try text(1) {
    case "snapshot-window-open": break
    case "snapshot-window-close": if let window, id == "\(window.id)-close" { sawClose = true }
    case let type:
      guard settings.channels.contains(.source), signals.count < SignalInbox.capacity else { return }
      signals.append(CaptureSignal(id: id, type: type, data: try text(2), origin: .source(lsn)))
    }
  }

  /// A row was deleted from the signal table: with `insert_delete` this is the second watermark.
  func signalDeleted(_ row: RowImage) throws {
    guard settings.watermarking == .insertDelete, let window, let id = try row.text(0) else { return }
    if String(decoding: id, as: UTF8.self) == "\(window.id)-open" { sawClose = true }
  }

  /// A change is sent: what the window holds of these rows is older.
  func changed(_ rows: RowImage?...) throws {
    for case let row? in rows { try window?.drop(row) }
  }

  func truncated() { window?.dropAll() }

  func committed(_ id: UInt32) { recent.insert(id) }
}
