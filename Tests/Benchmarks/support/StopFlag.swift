import Synchronization

/// Tells tasks to come to their end.
public final class StopFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  /// Not set yet.
  public init() {}

  /// Whether it is time.
  public var isSet: Bool { flag.load(ordering: .relaxed) }

  /// It is time.
  public func set() { flag.store(true, ordering: .relaxed) }
}
