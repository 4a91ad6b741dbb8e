import ArgumentParser
import Capture
import Foundation
import FoundationNetworking
import Logging
import Postgres
import Runtime
import Syncer

/// How a connector of `sluice capture` is asked to read its tables again.
struct RebuildSnapshotOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where sluice capture serves its REST API (capture.listen).", valueName: "host:port")) var capture: String?

  /// Asks every connector of `syncer.mirrors` for an incremental snapshot of its tables, and returns when these are read.
  func request(_ configuration: Configuration, _ logger: Logger) throws -> @Sendable (ReadModelVersion) async throws -> Void {
    let address = capture.map { $0.replacing("http://", with: "") } ?? "\(configuration[Keys.Capture.listen])"
    let files = try ConnectorFiles.files(configuration[Keys.Syncer.mirrors])
    let environment = try ConnectorFiles.environment(configuration)
    let connectors = try files.map { ($0.settings["signal.data.collection"], try ConnectorConfiguration($0, environment: environment)) }
      .filter { !$0.1.routesOutbox }
    return { version in
      for (table, connector) in connectors {
        let source = try await Connection.connect(connector.database, logger: logger)
        do {
          let tables = try await connector.capturedTables(on: source).filter { $0 != table }
          let request = RebuildSnapshotRequest(
            address: address, connector: connector.name, signals: table.map(RebuildSignalStore.init(table:)))
          // Once each: an ID that was seen before may be left out as a repeat.
          try await request.run(id: "\(version)-\(UInt32.random(in: 0...UInt32.max))", tables: tables, source)
        } catch {
          await source.close()
          throw error
        }
        await source.close()
      }
    }
  }
}

/// One connector's incremental snapshot, from the signal to its end.
struct RebuildSnapshotRequest: Sendable {
  let address: String
  let connector: String
  /// nil where the connector has no signal table: it is asked by its REST API then.
  let signals: RebuildSignalStore?

  /// How long a connector may take to begin.
  private static let patience: Duration = .seconds(60)

  func run(id: String, tables: [String], _ source: Connection) async throws {
    let before = try await state()
    let names = tables.map { $0.contains(".") ? $0 : "public." + $0 }
    let data = try JSONSerialization.data(withJSONObject: ["type": "incremental", "data-collections": names], options: .sortedKeys)
    if let signals {
      try await signals.send(id: id, type: "execute-snapshot", data: String(decoding: data, as: UTF8.self), source)
    } else {
      try await post(id: id, data: String(decoding: data, as: UTF8.self))
    }
    let deadline = ContinuousClock.now + Self.patience
    var hasBegun = false
    var quiet = 0
    // Twice: the metrics are those of a moment, and a table follows another.
    while quiet < 2 {
      try await Task.sleep(for: .seconds(1))
      let now = try await state()
      hasBegun = hasBegun || now.isRunning || now.rows != before.rows
      quiet = hasBegun && !now.isRunning ? quiet + 1 : 0
      guard hasBegun || ContinuousClock.now < deadline else {
        throw RebuildError(
          .unavailable,
          "connector \(connector) at \(address) was asked to read \(tables.count) tables and has not begun within \(Self.patience): see its log"
        )
      }
    }
  }

  private func state() async throws -> (isRunning: Bool, rows: Double) {
    let probe = HTTPProbe(address: address)
    guard let running = await probe.samples(of: "debezium_metrics_SnapshotRunning"),
      let rows = await probe.samples(of: "debezium_metrics_TotalNumberOfEventsSeen")
    else { throw RebuildError(.unavailable, "sluice capture does not answer at \(address): name it with --capture host:port") }
    // Samples of one process; with several connectors in it the busy ones are waited for together.
    return (running.values.contains { $0 > 0 }, rows.values.reduce(0, +))
  }

  private func post(id: String, data: String) async throws {
    guard let path = connector.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed),
      let url = URL(string: "http://\(address)/connectors/\(path)/signals")
    else { throw RebuildError(.unavailable, "\(address) is no address: expected host:port") }
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.timeoutInterval = 30
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = try JSONSerialization.data(withJSONObject: ["id": id, "type": "execute-snapshot", "data": data])
    let (body, response) = try await URLSession.shared.data(for: request)
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    guard (200..<300).contains(status) else {
      let answer = String(decoding: body.prefix(300), as: UTF8.self)
      throw RebuildError(.unavailable, "connector \(connector) at \(address) refused the snapshot (\(status)): \(answer)")
    }
  }
}
