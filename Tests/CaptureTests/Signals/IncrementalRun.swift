import Foundation
import Postgres
import TestSupport
import Testing

@testable import Capture

/// A table with rows, a signal table, and an engine that began behind them: what comes of the rows comes by signals.
struct IncrementalRun: Sendable {
  let database: ConnectionConfiguration
  let connection: Connection
  let configuration: ConnectorConfiguration
  let offsets = MemoryOffsetStore()

  static let schema = """
    CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL, pad text);
    CREATE TABLE debezium_signal (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048));
    """

  init(_ database: ConnectionConfiguration, rows: Int, _ settings: [String: String] = [:], script: String = "") async throws {
    self.database = database
    connection = try await Connection.connect(database, logger: testLogger())
    try await connection.executeScript(Self.schema + script)
    if rows > 0 { try await connection.execute("INSERT INTO t SELECT i, 0, 'x' FROM generate_series(1, \(rows)) i") }
    var all = [
      "snapshot.mode": "no_data", "signal.data.collection": "public.debezium_signal", "incremental.snapshot.chunk.size": "100",
      "notification.enabled.channels": "sink", "notification.sink.topic.name": "told", "signal.poll.interval.ms": "50",
    ]
    all.merge(settings) { $1 }
    configuration = try CaptureRun.configuration(database, all)
  }

  func engine(_ sink: any RecordSink, options: CaptureOptions = CaptureOptions()) -> CaptureEngine {
    CaptureEngine(configuration: configuration, sink: sink, offsets: offsets, options: options, logger: testLogger())
  }

  func signal(_ id: String, _ type: String, _ data: String = "{}") async throws {
    try await connection.execute("INSERT INTO debezium_signal VALUES (\(id), \(type), \(data))")
  }

  static func execute(_ collections: String..., more: String = "") -> String {
    let list = collections.map { "\"\($0)\"" }.joined(separator: ",")
    return "{\"type\":\"incremental\",\"data-collections\":[\(list)]\(more)}"
  }

  func end() async throws -> LSN {
    try #require(LSN(try await connection.query("SELECT pg_current_wal_lsn()::text AS lsn").single()["lsn", as: String.self]))
  }

  func rows() async throws -> [String: Int] {
    var rows: [String: Int] = [:]
    for row in try await connection.query("SELECT id, v FROM t") { rows["\(try row["id", as: Int.self])"] = try row["v", as: Int.self] }
    return rows
  }

  /// Types of the notifications, in order, each with a status where it has one.
  static func told(_ lines: [String]) -> [String] {
    lines.compactMap { line in
      guard line.contains("\"topic\":\"told\""), let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        let value = object["value"] as? [String: Any], let type = value["type"] as? String
      else { return nil }
      let status = (value["additional_data"] as? [String: Any])?["status"] as? String
      return status.map { "\(type) \($0)" } ?? type
    }
  }

  static func waitFor(_ type: String, _ lines: @Sendable () -> [String], within limit: Duration = .seconds(60)) async throws {
    try await eventually(within: limit, every: .milliseconds(100), type) {
      told(lines().filter { $0.contains("\"told\"") }).contains(type)
    }
  }

  /// What a consumer that keeps the last record of each key has of the table t.
  static func materialized(_ lines: [String]) -> [String: Int] {
    var rows: [String: Int] = [:]
    for line in lines {
      guard let record = RecordView(line), record.topic.hasSuffix(".t") else { continue }
      if let version = record.version { rows[record.key] = version } else { rows[record.key] = nil }
    }
    return rows
  }

  static func reads(_ lines: [String]) -> [RecordView] { lines.compactMap(RecordView.init).filter { $0.op == "r" } }
}
