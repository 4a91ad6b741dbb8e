/// What happens to an event of a topic that is listened to, whose type or version nobody has registered for.
public enum UnknownEventPolicy: String, Hashable, Sendable, CaseIterable {
  /// It is passed over and counted: for consumers that want some of a topic's events.
  case skip
  /// It fails as a record that cannot be applied: dead-lettered, and the later events of its key wait behind it.
  case park
  /// The syncer ends with an error before the event's offset moves: for consumers that must know every event.
  case stop
}
