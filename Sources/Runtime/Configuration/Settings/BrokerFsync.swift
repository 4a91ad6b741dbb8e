/// When the embedded broker forces what it has written to the disk.
public enum BrokerFsync: String, Sendable, CaseIterable {
  /// Before a batch is acknowledged.
  case everyBatch = "every-batch"
  /// At intervals.
  case interval
  /// When the operating system does.
  case os
}
