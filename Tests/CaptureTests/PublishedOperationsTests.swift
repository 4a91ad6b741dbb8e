import Postgres
import TestSupport
import Testing

@testable import Capture

/// What a publication that is made here publishes.
@Suite struct PublishedOperationsTests {
  private static func configuration(_ settings: [String: String]) throws -> ConnectorConfiguration {
    try CaptureRun.configuration(ConnectionConfiguration(host: "h", port: 1, user: "u", database: "d"), settings)
  }

  @Test(
    arguments: [
      ([:], nil), (["skipped.operations": "none"], nil), (["skipped.operations": "t"], ["insert", "update", "delete"]),
      (["skipped.operations": "c,t"], ["update", "delete"]), (["skipped.operations": "u,d"], ["insert", "truncate"]),
      (["skipped.operations": "c", "signal.data.collection": "public.signals"], ["insert", "update", "delete", "truncate"]),
    ] as [([String: String], [String]?)])
  func operationsThatTheFileSkipsAreLeftOut(_ settings: [String: String], _ expected: [String]?) throws {
    #expect(try Self.configuration(settings).publishedOperations == expected)
  }

  @Test(arguments: ["all_tables", "filtered", "no_tables"], [false, true])
  func thePublicationIsMadeSo(_ mode: String, _ viaRoot: Bool) async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      let configuration = try CaptureRun.configuration(
        database, ["skipped.operations": "d,t", "publication.autocreate.mode": mode, "publish.via.partition.root": "\(viaRoot)"])
      let tables = try await SourceCatalog(connection: connection, publication: configuration.publicationName).capturedTables(configuration)
      let publication = CapturePublication(configuration: configuration, connection: connection, logger: testLogger())
      for _ in 0..<2 { try await publication.prepare(tables: tables) }
      let row = try await connection.query("SELECT pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot FROM pg_publication").single()
      let flags = try ["pubinsert", "pubupdate", "pubdelete", "pubtruncate", "pubviaroot"].map { try row[$0, as: Bool.self] }
      #expect(flags == [true, true, false, false, viaRoot])
      await connection.close()
    }
  }
}
