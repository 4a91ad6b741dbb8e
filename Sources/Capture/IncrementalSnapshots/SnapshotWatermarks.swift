internal import Foundation
internal import Postgres

/// The marks around the reading of a chunk: two rows in the signal table, which people can follow, or none (`read.only`, or no signal table).
///
/// What ends a window is the stream's position in any case: a signal table that is not published does not hold it up.
struct SnapshotWatermarks: Sendable {
  let settings: SignalSettings
  let source: SourceConnection

  private var writes: Bool { !settings.isReadOnly && settings.table != nil }

  /// The first mark: before the chunk is read.
  func open(_ id: String) async throws {
    guard writes else { return }
    try await insert("\(id)-open", "snapshot-window-open", "{\"openWindowTimestamp\": \"\(Self.now())\"}")
  }

  /// The second mark: after the chunk was read.
  ///
  /// - Returns: where the WAL stands then: once the stream is past it, everything that the chunk does not show was streamed behind the chunk,
  ///   and everything else before.
  func close(_ id: String, openedAt: String) async throws -> LSN {
    if writes, let table = settings.table {
      switch settings.watermarking {
      case .insertInsert:
        try await insert(
          "\(id)-close", "snapshot-window-close",
          "{\"openWindowTimestamp\": \"\(openedAt)\", \"closeWindowTimestamp\": \"\(Self.now())\"}")
      case .insertDelete:
        try await source.open().execute("DELETE FROM \(Self.identifier(table)) WHERE id = \("\(id)-open")")
      }
    }
    let row = try await source.open().query(
      "SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END)::text AS lsn"
    ).single()
    return LSN(try row["lsn", as: String.self]) ?? .zero
  }

  private func insert(_ id: String, _ type: String, _ data: String) async throws {
    guard let table = settings.table else { return }
    try await source.open().execute("INSERT INTO \(Self.identifier(table)) VALUES (\(id), \(type), \(data))")
  }

  private static func identifier(_ table: String) -> Query {
    let parts = table.split(separator: ".", maxSplits: 1).map(String.init)
    return parts.count == 2 ? "\(identifier: parts[0], parts[1])" : "\(identifier: table)"
  }

  static func now() -> String {
    Date.now.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
  }
}
