/// Says when a heartbeat is due and what it looks like. Pure: told the time, it does nothing itself.
struct Heartbeat: Sendable {
  private let settings: HeartbeatSettings
  private var next: ContinuousClock.Instant?

  /// - Parameter now: the first heartbeat is due one interval later.
  init(_ settings: HeartbeatSettings, now: ContinuousClock.Instant) {
    self.settings = settings
    next = settings.interval.map { now + $0 }
  }

  /// The heartbeat that is due; nil if none is.
  ///
  /// - Parameter milliseconds: since 1970, what the record says.
  mutating func due(now: ContinuousClock.Instant, milliseconds: Int64) -> ConnectRecord? {
    guard let interval = settings.interval, let next, now >= next else { return nil }
    // Those that a busy or sleeping machine missed are not made up for.
    self.next = now + interval
    return ConnectRecord(
      topic: settings.topic, partition: 0, keySchema: Self.keySchema, key: .structure([.string(settings.serverName)]),
      valueSchema: Self.valueSchema, value: .structure([.integer(milliseconds)]), timestamp: nil, headers: [])
  }

  private static let keySchema = ConnectSchema(
    .structure, name: "io.debezium.connector.common.ServerNameKey", version: 1,
    fields: [.init(name: "serverName", schema: ConnectSchema(.string))])

  private static let valueSchema = ConnectSchema(
    .structure, name: "io.debezium.connector.common.Heartbeat", version: 1,
    fields: [.init(name: "ts_ms", schema: ConnectSchema(.int64))])
}
