/// Batches as they come; empty ones are skipped. Ends when the consumer is closed.
public struct ConsumerBatches: AsyncSequence, Sendable {
  let consumer: Consumer
  let maxRecords: Int
  let maxBytes: Int
  let maxWait: Duration

  /// Takes batches for one task.
  public struct Iterator: AsyncIteratorProtocol {
    let batches: ConsumerBatches

    /// The next batch that is not empty; nil after the consumer was closed.
    public mutating func next() async throws -> ConsumerBatch? {
      while let batch = try await batches.consumer.nextBatch(
        maxRecords: batches.maxRecords, maxBytes: batches.maxBytes, maxWait: batches.maxWait)
      {
        if !batch.isEmpty { return batch }
      }
      return nil
    }
  }

  /// Starts taking batches.
  public func makeAsyncIterator() -> Iterator { Iterator(batches: self) }
}

/// Records one by one, copied. Ends when the consumer is closed.
public struct ConsumerRecords: AsyncSequence, Sendable {
  let batches: ConsumerBatches

  /// Takes records for one task.
  public struct Iterator: AsyncIteratorProtocol {
    var batches: ConsumerBatches.Iterator
    var batch: ConsumerBatch?
    var index = 0

    /// The next record; nil after the consumer was closed.
    public mutating func next() async throws -> ConsumerRecord? {
      while true {
        if let batch, index < batch.count {
          defer { index += 1 }
          return batch.withRecord(at: index) { $0.record() }
        }
        batch = try await batches.next()
        index = 0
        if batch == nil { return nil }
      }
    }
  }

  /// Starts taking records.
  public func makeAsyncIterator() -> Iterator { Iterator(batches: batches.makeAsyncIterator()) }
}

extension Consumer {
  /// Batches as a sequence, for one task.
  public func batches(maxRecords: Int = 10_000, maxBytes: Int = 16 << 20, maxWait: Duration = .seconds(1)) -> ConsumerBatches {
    ConsumerBatches(consumer: self, maxRecords: maxRecords, maxBytes: maxBytes, maxWait: maxWait)
  }

  /// Single records as a sequence, for one task. A revocation does not take back the few records that the sequence already holds.
  public func records(maxWait: Duration = .seconds(1)) -> ConsumerRecords {
    ConsumerRecords(batches: batches(maxRecords: 500, maxWait: maxWait))
  }
}
