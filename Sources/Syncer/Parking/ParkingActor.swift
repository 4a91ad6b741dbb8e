/// Who asks for something, and why: kept in the audit.
public struct ParkingActor: Hashable, Sendable {
  /// Who: a name, an address.
  public var name: String
  /// Why, one sentence.
  public var reason: String

  /// `name` asks, for this reason. Each is cut to 1024 bytes where it is stored.
  public init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }

  /// The syncer itself.
  static func syncer(_ reason: String) -> ParkingActor { ParkingActor(name: "sluice syncer", reason: reason) }
}
