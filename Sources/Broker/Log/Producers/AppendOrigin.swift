/// Who appends, and so how much of a batch's producer is checked (Kafka's `AppendOrigin`).
enum AppendOrigin: Sendable {
  /// A producer: epoch and sequence.
  case client
  /// One of the broker's own coordinators, whose batches bear no sequence: the epoch alone.
  case coordinator
}
