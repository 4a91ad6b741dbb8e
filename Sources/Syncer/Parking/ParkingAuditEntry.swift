public import Kafka

/// What was done with a parked key.
public struct ParkingAuditEntry: Hashable, Sendable, Identifiable {
  /// What was done.
  public enum Action: String, Hashable, Sendable, CaseIterable {
    /// Another attempt was asked for.
    case retry
    /// The value of the failed record was replaced.
    case edit
    /// The failed record was dropped; what waits behind it is to be applied.
    case discardRecord = "discard_record"
    /// All of the queue was dropped.
    case discardKey = "discard_key"
    /// Everything was applied and the key goes its way again.
    case resolved
    /// Dead letters were written to their topic again; the topic, partition and offsets are those of the dead letters.
    case replayLetter = "replay_letter"
    /// Dead letters that had their attempts were written to a parking topic; places as with ``replayLetter``.
    case setLetterAside = "set_letter_aside"
    /// Dead letters are not to be applied; places as with ``replayLetter``.
    case discardLetter = "discard_letter"
  }

  /// The entry's number, growing with time.
  public var id: Int64
  /// When, in ms since 1970.
  public var at: Int64
  /// What was done.
  public var action: Action
  /// Who, and why.
  public var actor: ParkingActor
  /// The ID of the Kafka cluster.
  public var clusterID: String
  /// The consumer group.
  public var group: String
  /// Where the records come from.
  public var partition: TopicPartition
  /// The key's bytes.
  public var key: [UInt8]
  /// The offsets of the records that it was about, from the first to the last one.
  public var offsets: ClosedRange<Int64>
  /// How many records it was about.
  public var records: Int64
  /// Bytes of their keys, values and headers.
  public var bytes: Int64
}
