/// The read models have not caught up in time.
public struct BarrierError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is behind, and by how much.
  public let reason: String

  /// The reason.
  public var description: String { reason }
}
