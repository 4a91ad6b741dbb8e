public import Kafka

/// What a retry does with a letter. Pure.
public enum DeadLetterRoute: Hashable, Sendable {
  /// Ask the owner of the partition for an attempt at the whole queue of the parked key.
  case requestKey(Int64)
  /// Write the record to its topic again.
  case replay(ProducerRecord)
  /// It had its attempts: write the letter, errors and all, to the parking topic.
  case setAside(ProducerRecord)
  /// Leave it alone, and why.
  case skip(String)
}
