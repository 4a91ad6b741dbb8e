/// An aggregate's state with the version that it stands for.
public struct LoadedAggregate<State: Aggregate>: Sendable {
  /// The folded state.
  public var state: State
  /// The number of events that made it; 0 where there are none.
  public var version: Int64

  /// Creates one; without arguments, the state before the first event.
  public init(state: State = State(), version: Int64 = 0) {
    self.state = state
    self.version = version
  }
}
