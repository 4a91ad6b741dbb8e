/// What one projection has taken of a batch.
public struct SinkShare: Sendable {
  /// The projection's name, a label of metrics: there are few.
  public var projection: String
  /// The records that it has taken.
  public var records: [ChangeRecord]

  /// A share.
  public init(projection: String, records: [ChangeRecord]) {
    self.projection = projection
    self.records = records
  }
}
