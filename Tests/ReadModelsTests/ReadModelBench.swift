import ChangeEvents
import Logging
import Postgres
import ReadModels
import Syncer
import TestSupport

/// One database that is the source (schema `public`) and the read side at once, with mirrors of some of its tables.
struct ReadModelBench: Sendable {
  let configuration: ConnectionConfiguration
  let connection: Connection
  let mirrors: MirrorSet
  let mirror: MirrorProjection
  let documents: [DocumentProjection]
  static let logger = Logger(label: "test")

  static func with<Value>(
    ddl: String, tables: [String], documents: [DocumentDefinition] = [], topicPrefix: String? = "shop", fanOut: FanOutSettings? = nil,
    _ body: (ReadModelBench) async throws -> Value
  ) async throws -> Value {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: logger)
      try await connection.executeScript(ddl)
      let catalog = try await MirrorCatalog.load(from: connection, tables: tables, namespace: MirrorNamespace(topicPrefix: "shop"))
      let mirrors = try catalog.mirrors(topicPrefix: topicPrefix).serving(documents)
      let mirror = MirrorProjection(mirrors, logger: logger)
      try await mirror.prepare(connection)
      let projections = try documents.map { try DocumentProjection($0, mirrors: mirrors, fanOut: fanOut, logger: logger) }
      for projection in projections { try await projection.prepare(connection) }
      let bench = ReadModelBench(
        configuration: configuration, connection: connection, mirrors: mirrors, mirror: mirror, documents: projections)
      let value = try await body(bench)
      await connection.close()
      return value
    }
  }

  /// Applies a batch as the syncer's sink does.
  func apply(_ records: [ChangeRecord], on connection: Connection? = nil) async throws {
    try await (connection ?? self.connection).transaction { transaction in
      try await run(records, in: transaction)
    }
  }

  /// The handlers on `records`, inside a transaction that somebody else commits.
  func run(_ records: [ChangeRecord], in transaction: Connection) async throws {
    try await mirror.apply(records.filter(mirror.accepts), in: transaction)
    for document in documents {
      let wanted = records.filter(document.accepts)
      if !wanted.isEmpty { try await document.apply(wanted, in: transaction) }
    }
  }

  /// The text of one row with `|` between the columns and `-` for NULL; nil where there is no row.
  func row(_ sql: String) async throws -> String? { try await rows(sql).first }

  /// The texts of all rows.
  func rows(_ sql: String) async throws -> [String] {
    let rows = try await connection.query(Query(unescaped: sql))
    return try rows.map { row in
      try rows.columns.indices.map { try row[$0, as: String?.self] ?? "-" }.joined(separator: "|")
    }
  }
}
