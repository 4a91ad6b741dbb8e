import BenchmarkSupport
import Foundation
import Runtime

/// Debezium's engine in a JVM of its own (`peer/DebeziumPeer.java`), which writes to Kafka with Apache Kafka's Java client.
struct DebeziumEngine {
  private let classPath: String

  /// - Throws: ``BenchmarkFailure`` where `run.sh` has not made it ready.
  init() throws {
    guard let path = ProcessInfo.processInfo.environment["DEBEZIUM_CLASSPATH"], !path.isEmpty else {
      throw BenchmarkFailure("DEBEZIUM_CLASSPATH is not set: Tests/Benchmarks/run.sh debezium-bench fetches the engine and sets it")
    }
    classPath = path
  }

  /// What its documentation recommends for throughput: larger batches and queues than the defaults, and no pause where nothing came.
  private static let tuning = [
    "max.batch.size": "8192", "max.queue.size": "32768", "poll.interval.ms": "10", "snapshot.fetch.size": "10240",
    "record.processing.order": "ORDERED",
  ]

  /// A process that is not started yet.
  func process(_ name: String, connector: BenchmarkConnector, bench: Workbench) throws -> ManagedProcess {
    let database = bench.database(Workbench.writeDatabase)
    let settings = [
      "name": name, "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "topic.prefix": name,
      "plugin.name": "pgoutput", "database.hostname": database.host, "database.port": "\(database.port)", "database.user": database.user,
      "database.password": "unused", "database.dbname": database.database, "slot.name": name,
      "table.include.list": connector.tables.joined(separator: ","), "publication.autocreate.mode": "disabled",
      // Headers would cost its side only: the format that carries them is converted one by one.
      "extended.headers.enabled": "false", "converter.schemas.enable": "false", "key.converter.schemas.enable": "false",
      "value.converter.schemas.enable": "false", "offset.storage": "org.apache.kafka.connect.storage.FileOffsetBackingStore",
      "offset.storage.file.filename": bench.folder.appendingPathComponent("\(name).offsets").path, "offset.flush.interval.ms": "60000",
    ].merging(Self.tuning) { $1 }.merging(connector.settings) { $1 }
    let file = bench.folder.appendingPathComponent("\(name).properties")
    let text = settings.sorted { $0.key < $1.key }.map { "\($0)=\($1)\n" }.joined()
    try Data(text.utf8).write(to: file)
    return ManagedProcess(
      name: name, executable: URL(fileURLWithPath: "/usr/bin/env"),
      arguments: ["java", "-Xms256m", "-Xmx1g", "-cp", classPath, "DebeziumPeer", file.path, bench.broker.servers],
      logFile: bench.folder.appendingPathComponent("\(name).log"))
  }
}
