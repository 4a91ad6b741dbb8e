public import Postgres

/// One key of a read model that is to be made anew from the records about it.
public struct VersionedKey: Sendable {
  /// Whether a record is about the key. Records of other keys are not kept.
  public var isAbout: @Sendable (ChangeRecord) -> Bool
  /// Removes what the read model has of the key, guards included, in the transaction that applies its records again.
  public var forget: @Sendable (_ transaction: Connection) async throws -> Void
  /// The live handlers that apply the records, in order.
  public var handlers: [any Handler]

  /// A key.
  public init(
    isAbout: @escaping @Sendable (ChangeRecord) -> Bool, forget: @escaping @Sendable (_ transaction: Connection) async throws -> Void,
    handlers: [any Handler]
  ) {
    self.isAbout = isAbout
    self.forget = forget
    self.handlers = handlers
  }
}
