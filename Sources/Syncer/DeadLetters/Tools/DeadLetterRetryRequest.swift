/// What a retry or a discard is to do.
public struct DeadLetterRetryRequest: Sendable {
  /// How it decides.
  public var rule = DeadLetterRetryRule()
  /// The most records written each second; nil for as many as go.
  public var rate: Double?
  /// Whether to do it, rather than only to count what would be done.
  public var executes = false
  /// The most letters to deal with; the others are left for the next time.
  public var limit: Int?
  /// Who, and why.
  public var actor: ParkingActor

  /// Counts what would be done.
  public init(actor: ParkingActor) {
    self.actor = actor
  }
}
