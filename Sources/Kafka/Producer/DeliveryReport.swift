/// What became of a batch of records.
public struct DeliveryReport: Sendable {
  /// How many were acknowledged.
  public var delivered: Int
  /// Those that were not, in the order of their index.
  public var failures: [DeliveryFailure]

  /// Makes a report.
  public init(delivered: Int, failures: [DeliveryFailure] = []) {
    self.delivered = delivered
    self.failures = failures
  }

  /// Throws the first failure's error, if there is a failure.
  public func throwIfFailed() throws {
    guard let first = failures.first else { return }
    var error = first.error
    error.reason =
      "\(failures.count) of \(delivered + failures.count) records not delivered, first at index \(first.index): \(error.reason)"
    throw error
  }
}

/// A record that was not delivered.
public struct DeliveryFailure: Sendable {
  /// Its index in the batch.
  public var index: Int
  /// Its topic.
  public var topic: String
  /// Its partition; nil if none had been chosen.
  public var partition: Int32?
  /// Whether the broker may have stored it nevertheless: it was sent, and the answer did not come.
  public var isPossiblyStored: Bool
  /// Why.
  public var error: KafkaError
}
