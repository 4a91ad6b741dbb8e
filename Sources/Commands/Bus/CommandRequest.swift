public import FoundationEssentials

/// One command as it arrived: a name, a JSON object, and the caller's conditions.
public struct CommandRequest: Sendable, Hashable {
  /// The identifier under which the command is logged, refused ones included: the caller may look it up with ``CommandBus/status(of:)``.
  public var commandID: UUID
  /// The registered name, for example `place-order`.
  public var name: String
  /// The body: one JSON object in UTF-8, not yet checked.
  public var body: [UInt8]
  /// The caller's `Idempotency-Key`: a repeat with the same key and body gets the first answer again. nil: never deduplicated.
  public var idempotencyKey: String?
  /// The aggregate's version that the caller has seen (0: must not exist yet). nil: whatever version there is.
  public var expectedVersion: Int64?

  /// Creates a request; nothing is checked before ``CommandBus/submit(_:)``.
  public init(
    name: String, body: [UInt8], idempotencyKey: String? = nil, expectedVersion: Int64? = nil, commandID: UUID = UUID()
  ) {
    self.commandID = commandID
    self.name = name
    self.body = body
    self.idempotencyKey = idempotencyKey
    self.expectedVersion = expectedVersion
  }
}
