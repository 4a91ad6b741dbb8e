/// What a producer could not deliver by the end of a flush or a close.
public struct UndeliveredReport: Sendable {
  /// How many records were not acknowledged.
  public var records = 0
  /// Of these, how many had been sent and may have been stored nevertheless. Only known after `close`.
  public var possiblyStored = 0
  /// Of these, how many for each partition; partition -1 where none had been chosen. Only known after `close`.
  public var byPartition: [TopicPartition: Int] = [:]

  /// An empty report: everything was delivered.
  public init() {}

  /// Whether everything was delivered.
  public var isEmpty: Bool { records == 0 }
}
