import Foundation
import Postgres

/// A connector file as the benchmarks need it.
public struct BenchmarkConnector: Sendable {
  /// Also the topics' prefix, the slot's and the publication's name.
  public let name: String
  /// `schema.table`.
  public let tables: [String]
  /// Keys beside the usual ones.
  public let settings: [String: String]

  /// Describes a connector.
  public init(name: String, tables: [String], settings: [String: String] = [:]) {
    self.name = name
    self.tables = tables
    self.settings = settings
  }

  /// Where changes of a table of schema `public` go.
  public func topic(_ table: String) -> String { "\(name).public.\(table)" }

  /// Writes the file into the workbench's folder.
  public func write(into bench: Workbench) throws -> String {
    try write(into: bench.folder, database: bench.database(Workbench.writeDatabase))
  }

  /// Writes the file into a folder, for a database.
  public func write(into folder: URL, database: ConnectionConfiguration) throws -> String {
    let config = [
      "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "topic.prefix": name, "plugin.name": "pgoutput",
      "database.hostname": database.host, "database.port": "\(database.port)", "database.user": database.user,
      "database.dbname": database.database, "slot.name": name, "publication.name": name, "publication.autocreate.mode": "filtered",
      "table.include.list": tables.joined(separator: ","), "slot.retry.delay.ms": "200", "slot.max.retries": "100",
      "key.converter": "org.apache.kafka.connect.json.JsonConverter", "key.converter.schemas.enable": "false",
      "value.converter": "org.apache.kafka.connect.json.JsonConverter", "value.converter.schemas.enable": "false",
    ].merging(settings) { $1 }
    struct File: Encodable {
      let name: String
      let config: [String: String]
    }
    let file = folder.appendingPathComponent("\(name).json")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(File(name: name, config: config)).write(to: file)
    return file.path
  }
}
