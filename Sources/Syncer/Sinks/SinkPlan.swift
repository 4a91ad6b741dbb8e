/// What a sink has worked out of a batch ahead of its turn.
public struct SinkPlan: Sendable {
  /// What is left to be done with the records that were not rejected; it means something to the sink alone.
  public var work: any Sendable

  /// Records that cannot be applied, with their indices in the array that the sink was asked about, each once and in order. They are set aside all at once,
  /// before the others are applied.
  public var rejected: [SinkFailure]

  /// A plan for all records but `rejected`.
  public init(work: any Sendable, rejected: [SinkFailure] = []) {
    self.work = work
    self.rejected = rejected
  }
}
