public import FoundationEssentials

/// What became of a command, as the command log holds it.
public struct CommandStatus: Sendable, Hashable, Codable {
  /// How far the command is.
  public enum State: String, Sendable, Hashable, Codable, CaseIterable {
    /// Taken, not yet carried out. Commands run within their request, so that this is seen only by asynchronous buses.
    case accepted
    /// Carried out and committed.
    case completed
    /// Refused by a rule, a conflict, or a malformed body; nothing was written but this entry.
    case rejected
  }

  /// The command's identifier.
  public var commandID: UUID
  /// The command's name.
  public var name: String
  /// How far it is.
  public var state: State
  /// For a rejected one: why, in one sentence.
  public var reason: String?
  /// The aggregate's type, where known.
  public var aggregateType: String?
  /// The aggregate's identifier, where known.
  public var aggregateID: String?
  /// The aggregate's version after a completed command.
  public var version: Int64?
  /// The receipt's position of a completed command.
  public var position: String?
  /// When the command was taken, in microseconds since 1970 (UTC).
  public var acceptedAtMicroseconds: Int64
  /// When it was finished, in microseconds since 1970 (UTC).
  public var finishedAtMicroseconds: Int64?

  /// Creates a status.
  public init(
    commandID: UUID, name: String, state: State, reason: String? = nil, aggregateType: String? = nil, aggregateID: String? = nil,
    version: Int64? = nil, position: String? = nil, acceptedAtMicroseconds: Int64, finishedAtMicroseconds: Int64? = nil
  ) {
    self.commandID = commandID
    self.name = name
    self.state = state
    self.reason = reason
    self.aggregateType = aggregateType
    self.aggregateID = aggregateID
    self.version = version
    self.position = position
    self.acceptedAtMicroseconds = acceptedAtMicroseconds
    self.finishedAtMicroseconds = finishedAtMicroseconds
  }
}
