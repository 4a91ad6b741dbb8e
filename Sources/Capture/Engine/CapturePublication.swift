internal import ChangeEvents
internal import Logging
internal import Postgres

/// Makes sure that the publication exists, as `publication.autocreate.mode` says.
struct CapturePublication: Sendable {
  let configuration: ConnectorConfiguration
  let connection: Connection
  let logger: Logger

  /// - Throws: `CaptureError` (configuration) if it is missing or cannot be made.
  func prepare(tables: [TableDescription]) async throws {
    let name = configuration.publicationName
    let rows = try await connection.query("SELECT puballtables FROM pg_publication WHERE pubname = \(name)")
    do {
      if let row = rows.first {
        try await adopt(allTables: try row["puballtables", as: Bool.self], tables: tables)
      } else {
        try await create(tables: tables)
      }
    } catch let error as PostgresError where error.classification == .permanent {
      throw CaptureError.configuration(
        "the publication \"\(name)\" cannot be made or changed by the role \"\(configuration.database.user)\": make it by hand, "
          + "or set publication.autocreate.mode", cause: error.description)
    }
    try await warnAboutUnpublished(tables)
    try await warnAboutOperations()
  }

  private func create(tables: [TableDescription]) async throws {
    let name = configuration.publicationName
    // Nothing is asked for of generated columns, as Debezium asks for nothing: whoever wants them makes the publication by hand, or alters
    // it (publish_generated_columns = stored), and stream and snapshots follow.
    let options = Self.options(configuration)
    switch configuration.publicationMode {
    case .disabled:
      throw CaptureError.configuration(
        "the publication \"\(name)\" does not exist in \(configuration.database) and publication.autocreate.mode is disabled: "
          + "run CREATE PUBLICATION \(Query.quoted(identifier: name)) FOR TABLE …")
    case .allTables: try await connection.execute("CREATE PUBLICATION \(identifier: name) FOR ALL TABLES\(options)")
    case .noTables: try await connection.execute("CREATE PUBLICATION \(identifier: name)\(options)")
    case .filtered:
      guard !tables.isEmpty else {
        throw CaptureError.configuration("no table passes the filters: the publication \"\(name)\" would be empty")
      }
      try await connection.execute("CREATE PUBLICATION \(identifier: name) FOR TABLE \(Self.list(tables))\(options)")
    }
    logger.notice("publication made", metadata: ["publication": "\(name)", "mode": "\(configuration.publicationMode.rawValue)"])
  }

  /// In mode `filtered` an existing publication follows the filters; in the others it is used as it is.
  private func adopt(allTables: Bool, tables: [TableDescription]) async throws {
    guard configuration.publicationMode == .filtered else { return }
    let name = configuration.publicationName
    guard !allTables else {
      throw CaptureError.configuration(
        "the publication \"\(name)\" is for all tables, but publication.autocreate.mode is filtered: drop it or set the mode to all_tables")
    }
    let published = try await published()
    guard !tables.isEmpty, published != Set(tables.map(\.qualifiedName)) else { return }
    try await connection.execute("ALTER PUBLICATION \(identifier: name) SET TABLE \(Self.list(tables))")
    logger.notice("publication changed to the tables that pass the filters", metadata: ["publication": "\(name)"])
  }

  private func published() async throws -> Set<String> {
    try await PublicationCatalog(name: configuration.publicationName, connection: connection).tables()
  }

  private func warnAboutUnpublished(_ tables: [TableDescription]) async throws {
    let published = try await published()
    let missing = tables.map(\.qualifiedName).filter { !published.contains($0) }
    guard !missing.isEmpty else { return }
    logger.warning(
      "changes of these tables are not published, so they are not captured",
      metadata: ["publication": "\(configuration.publicationName)", "tables": "\(missing.joined(separator: ", "))"])
  }

  /// As Debezium, operations are left out that the file itself says are skipped: what nobody sends need not be decoded, either.
  static func options(_ configuration: ConnectorConfiguration) -> Query {
    let publish = configuration.publishedOperations.map { Query.quoted(literal: $0.joined(separator: ", ")) }
    switch (configuration.publishViaPartitionRoot, publish) {
    case (false, nil): return ""
    case (true, nil): return " WITH (publish_via_partition_root = true)"
    case (false, .some(let publish)): return " WITH (publish = \(unescaped: publish))"
    case (true, .some(let publish)): return " WITH (publish_via_partition_root = true, publish = \(unescaped: publish))"
    }
  }

  /// A publication that was made for another configuration, or by somebody else, may publish less than is wanted now.
  private func warnAboutOperations() async throws {
    let row = try await connection.query(
      "SELECT pubinsert, pubupdate, pubdelete, pubtruncate FROM pg_publication WHERE pubname = \(configuration.publicationName)"
    ).first
    guard let row else { return }
    let published = [
      (ChangeEvents.Operation.create, "insert", try row["pubinsert", as: Bool.self]),
      (.update, "update", try row["pubupdate", as: Bool.self]), (.delete, "delete", try row["pubdelete", as: Bool.self]),
      (.truncate, "truncate", try row["pubtruncate", as: Bool.self]),
    ]
    let missing = published.filter { !$0.2 && !configuration.skippedOperations.contains($0.0) }.map(\.1)
    guard !missing.isEmpty else { return }
    logger.warning(
      "operations that skipped.operations does not skip are not published: run ALTER PUBLICATION … SET (publish = '…')",
      metadata: ["publication": "\(configuration.publicationName)", "operations": "\(missing.joined(separator: ", "))"])
  }

  private static func list(_ tables: [TableDescription]) -> Query {
    var list: Query = ""
    for (i, table) in tables.enumerated() {
      list = i == 0 ? "\(identifier: table.schema, table.name)" : "\(list), \(identifier: table.schema, table.name)"
    }
    return list
  }
}
