public import Kafka
public import Postgres

/// The offsets that a syncer's group has stored in the read database: what is applied and committed, as anybody can see it there.
public struct StoredOffsets: Sendable {
  private let connection: Connection
  private let group: String

  /// Looks through a connection to the read database.
  public init(_ connection: Connection, group: String) {
    self.connection = connection
    self.group = group
  }

  /// The next offset of each partition; empty before the syncer has made its table.
  public func load() async throws -> [TopicPartition: Int64] {
    guard try await exists() else { return [:] }
    let rows = try await connection.query(
      "SELECT topic, partition::bigint, next_offset FROM sluice_offsets WHERE consumer_group = \(group)")
    return try Dictionary(
      rows.map {
        (TopicPartition(topic: try $0[0, as: String.self], partition: Int32(try $0[1, as: Int64.self])), try $0[2, as: Int64.self])
      }, uniquingKeysWith: { $1 })
  }

  /// The sum of all: as many records as were applied, where the topics are new.
  public func sum() async throws -> Int {
    guard try await exists() else { return 0 }
    let rows = try await connection.query(
      "SELECT coalesce(sum(next_offset), 0)::bigint FROM sluice_offsets WHERE consumer_group = \(group)")
    return Int(try rows.single()[0, as: Int64.self])
  }

  private func exists() async throws -> Bool {
    try await connection.query("SELECT to_regclass('sluice_offsets') IS NOT NULL").single()[0, as: Bool.self]
  }
}
