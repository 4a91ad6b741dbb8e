public import FoundationEssentials
public import Postgres

/// What a command gets while it executes: its transaction, under the aggregate's lock.
public struct CommandContext: Sendable {
  /// The transaction's connection; valid only until `execute` returns.
  public var connection: Connection
  /// The command's identifier.
  public var commandID: UUID
  /// The command's name.
  public var commandName: String
  /// The locked aggregate.
  public var aggregateID: String
  /// The caller's expected version, for ``checkExpectedVersion(actual:)``.
  public var expectedVersion: Int64?
  /// The WAL position taken under the lock, before the first write.
  public var position: LSN
  /// The store for event-sourced aggregates.
  public var eventStore: EventStore

  /// Creates a context; the bus does, and tests.
  public init(
    connection: Connection, commandID: UUID, commandName: String, aggregateID: String, expectedVersion: Int64?, position: LSN,
    eventStore: EventStore
  ) {
    self.connection = connection
    self.commandID = commandID
    self.commandName = commandName
    self.aggregateID = aggregateID
    self.expectedVersion = expectedVersion
    self.position = position
    self.eventStore = eventStore
  }

  /// What is stored beside each event of this command.
  public var metadata: EventMetadata {
    EventMetadata(commandID: commandID, commandName: commandName, position: position)
  }

  /// Compares the aggregate's version with the one that the caller expects, if any.
  ///
  /// - Throws: ``CommandError/conflict(aggregateID:expected:actual:)``.
  public func checkExpectedVersion(actual: Int64) throws(CommandError) {
    if let expectedVersion, expectedVersion != actual {
      throw .conflict(aggregateID: aggregateID, expected: expectedVersion, actual: actual)
    }
  }
}
