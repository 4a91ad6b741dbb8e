import Runtime

/// A topic that holds real changes of ``ItemTable``, written by `sluice capture`: inserts, then updates scattered over the rows.
public struct ItemTopic: Sendable {
  /// The table's connector; its name is the topic's prefix.
  public let connector: BenchmarkConnector
  /// Rows that are inserted.
  public let rows: Int
  /// Updates of them.
  public let updates: Int

  /// Describes it; ``fill(_:)`` makes it.
  public init(connector name: String, rows: Int, updates: Int) {
    connector = BenchmarkConnector(name: name, tables: ["public.\(ItemTable.name)"], settings: ["snapshot.mode": "no_data"])
    self.rows = rows
    self.updates = updates
  }

  /// The topic's name.
  public var name: String { connector.topic(ItemTable.name) }
  /// How many records it has.
  public var changes: Int { rows + updates }

  /// Makes the table in the write database, changes it, and waits until all changes are in the topic.
  ///
  /// - Returns: the connector's file.
  public func fill(_ bench: Workbench) async throws -> String {
    let file = try connector.write(into: bench)
    let connection = try await bench.connect(Workbench.writeDatabase)
    let table = ItemTable(connection)
    try await table.create()
    let address = "127.0.0.1:\(try LoopbackPort.free())"
    let capture = bench.daemon("capture", "capture", ["--connector", file] + bench.captureArguments(listen: address))
    try capture.start()
    try await bench.waitUntilReady(capture, DaemonProbe(address: address))
    try await table.insert(rows)
    try await table.update(updates, of: rows)
    await connection.close()
    try await waitUntil("\(changes) changes in the topic", within: .seconds(300)) {
      if let exit = capture.exit { throw BenchmarkFailure("capture ended: \(exit); its log is \(capture.logFile.path)") }
      return try await bench.broker.recordCount(of: name) >= changes
    }
    try await bench.stop(capture)
    return file
  }
}
