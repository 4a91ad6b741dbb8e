public import Kafka

/// A stored offset is not what the batch expected: another member of the group has applied the same records, or an operator has reset
/// the offset. Nothing of the batch was applied.
public struct OffsetConflict: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is stored, for each partition of the batch whose offset was not as expected; nil where none is stored.
  public let stored: [TopicPartition: Int64?]

  /// A conflict with what is `stored`.
  public init(stored: [TopicPartition: Int64?]) {
    self.stored = stored
  }

  /// Names the partitions and what is stored for them.
  public var description: String {
    let found = stored.sorted { $0.key < $1.key }.map { partition, offset in
      "\(partition.topic)[\(partition.partition)] is at \(offset.map(String.init) ?? "no offset")"
    }
    return "stored offsets moved meanwhile: \(found.joined(separator: ", "))"
  }
}
