public import Kafka
public import Logging
public import Postgres

/// Everything that operators do with dead letters: what `sluice dlq` and `/v1/dlq` ask for.
///
/// Letters whose key is parked are dealt with through ``ParkingStore``, because later records of the key wait behind them: the owner of the partition applies
/// the queue in order. All others are written to their topic again by the office itself. What was done is kept in the read database, so that a retry that is
/// killed goes on where it was, and no letter is replayed twice.
///
/// If you are debugging what happens to a letter, read ``DeadLetterRetryRule``; where it is remembered, `DeadLetterStore`.
public struct DeadLetterOffice: Sendable {
  let admin: Admin
  let consumer: ConsumerConfiguration
  let producer: ProducerConfiguration
  let pool: Pool?
  let suffix: String
  let logger: Logger

  /// - Parameters:
  ///   - pool: of the read database; nil only looks, and knows nothing of what was done.
  ///   - suffix: of the names of dead-letter topics.
  public init(
    admin: Admin, consumer: ConsumerConfiguration, producer: ProducerConfiguration, pool: Pool?, suffix: String = ".dlq", logger: Logger
  ) {
    self.admin = admin
    self.consumer = consumer
    self.producer = producer
    self.pool = pool
    self.suffix = suffix
    self.logger = logger
  }

  /// The parked keys; nil without a read database.
  public var parking: ParkingStore? { pool.map(ParkingStore.init(pool:)) }

  var reader: DeadLetterReader { DeadLetterReader(admin: admin, configuration: consumer, suffix: suffix, logger: logger) }

  func store() async throws -> DeadLetterStore? {
    guard let pool else { return nil }
    guard let cluster = try await admin.describeCluster().id else {
      throw DeadLetterToolError(.unavailable, "the cluster does not tell its ID, by which what was done is remembered")
    }
    return DeadLetterStore(pool: pool, clusterID: cluster)
  }

  /// Hands out what a selection means, with what has become of it, in pages of at most ``DeadLetterReader/pageSize``.
  ///
  /// - Parameters:
  ///   - progress: told how many of how many records were read.
  ///   - body: returns whether to go on.
  public func read(
    _ selection: DeadLetterSelection, isolation: isolated (any Actor)? = #isolation, progress: (Int64, Int64) -> Void = { _, _ in },
    _ body: ([DeadLetterItem]) async throws -> Bool
  ) async throws {
    let store = try await store()
    try await reader.read(selection, progress: progress) { letters in
      let states = try await store?.states(letters) ?? letters.map { _ in .waiting }
      return try await body(zip(letters, states).map { DeadLetterItem($0, $1) })
    }
  }

  /// The partitions of the dead-letter topics that a selection means.
  ///
  /// - Throws: ``DeadLetterToolError`` (`notFound`) where a topic was named that is not there.
  public func partitions(_ selection: DeadLetterSelection) async throws -> [TopicPartition] {
    try await reader.partitions(selection)
  }

  /// One letter.
  ///
  /// - Throws: ``DeadLetterToolError`` (`notFound`) where none is there.
  public func letter(at place: DeadLetterPlace) async throws -> DeadLetterItem {
    var selection = DeadLetterSelection()
    selection.places = [place]
    var found: DeadLetterItem?
    try await read(selection) { items in
      found = items.first
      return false
    }
    guard let found else { throw DeadLetterToolError(.notFound, "there is no dead letter at \(place): list them") }
    return found
  }

  /// The store, with its tables, for what changes something.
  func preparedStore() async throws -> DeadLetterStore {
    guard let store = try await store() else {
      throw DeadLetterToolError(
        .unavailable, "what is done with dead letters is remembered in the read database: set read.database and let it be reached")
    }
    try await store.prepare()
    return store
  }
}
