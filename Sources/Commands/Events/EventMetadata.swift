public import FoundationEssentials
public import Postgres

/// What is stored beside an event: which command caused it, and from which position.
public struct EventMetadata: Sendable, Hashable {
  /// The command that caused the event.
  public var commandID: UUID
  /// That command's name.
  public var commandName: String
  /// The WAL position taken under the aggregate's lock, before the command's first write.
  public var position: LSN

  /// Creates metadata.
  public init(commandID: UUID, commandName: String, position: LSN) {
    self.commandID = commandID
    self.commandName = commandName
    self.position = position
  }
}
