import ChangeEvents
import Logging
import Postgres
import TestSupport

@testable import Capture

/// An encoder fed with pgoutput messages, without a database.
final class EncoderHarness {
  let encoder: ChangeEncoder
  let planner: RelationPlanner

  init(_ settings: [String: String] = [:], change: (inout ConnectorConfiguration) -> Void = { _ in }) throws {
    var all = [
      "topic.prefix": "golden", "database.hostname": "h", "database.user": "u", "database.dbname": "d", "extended.headers.enabled": "false",
    ]
    all.merge(settings) { $1 }
    var configuration = try ConnectorConfiguration(ConnectorFile(name: "test", settings: all))
    change(&configuration)
    planner = RelationPlanner(configuration: configuration, runID: "run", version: "1", logger: testLogger())
    encoder = ChangeEncoder(configuration: configuration, planner: planner, logger: testLogger())
  }

  /// The outbox of Debezium's documentation, with a partition column.
  static let outbox = table(
    "outbox", [("id", 2950), ("aggregatetype", 25), ("aggregateid", 25), ("type", 25), ("payload", 3802), ("part", 23)], key: ["id"])
  /// id and email.
  static let customers = table("customers", [("id", 23), ("email", 25)], key: ["id"])

  static func table(
    _ name: String, _ columns: [(String, UInt32)], key: [String], identity: RelationDescription.ReplicaIdentity = .default
  ) -> TableDescription {
    TableDescription(
      oid: 7, schema: "public", name: name, identity: identity,
      columns: columns.map {
        .init(name: $0.0, typeOID: $0.1, typeModifier: -1, isOptional: !key.contains($0.0), defaultExpression: nil)
      }, keyColumns: key, identityColumns: identity == .full ? columns.map(\.0) : key)
  }

  func install(_ table: TableDescription) throws {
    encoder.install(try planner.plan(table.relation, table: table, catalog: TypeCatalog()))
  }

  /// Feeds messages inside one transaction and gives the lines they make.
  func lines(_ messages: [PgOutputBytes]) throws -> [String] {
    let begin = PgOutputBytes.message("B").int(UInt64(200)).int(Int64(0)).int(UInt32(9))
    let commit = PgOutputBytes.message("C").int(UInt8(0)).int(UInt64(200)).int(UInt64(210)).int(Int64(0))
    for (i, message) in ([begin] + messages + [commit]).enumerated() {
      _ = try message.bytes.withUnsafeBytes { try encoder.consume($0, walStart: LSN(rawValue: UInt64(100 + i)), serverTime: 0) }
    }
    let (batch, _) = encoder.takeBatch()
    return String(decoding: RecordLines.render(batch), as: UTF8.self).split(separator: "\n").map { Mask.apply(String($0)) }
  }

  static func insert(_ values: [String?]) -> PgOutputBytes { .message("I").int(UInt32(7)).tag("N").tuple(values) }
  static func update(_ values: [String?]) -> PgOutputBytes { .message("U").int(UInt32(7)).tag("N").tuple(values) }
  static func delete(_ values: [String?]) -> PgOutputBytes { .message("D").int(UInt32(7)).tag("K").tuple(values) }
}
