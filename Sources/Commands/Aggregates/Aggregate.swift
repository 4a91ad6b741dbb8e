/// A consistency boundary that is stored as its events.
///
/// `decide` holds the rules and is pure; `apply` holds the state and never fails. Both run under the aggregate's lock.
public protocol Aggregate: Sendable {
  /// What may be asked of it.
  associatedtype Intent: Sendable
  /// What can happen to it.
  associatedtype Event: AggregateEvent

  /// The stored type, for example `order`; also the outbox's `aggregatetype`, which names the topic.
  static var type: String { get }

  /// The state before the first event.
  init()

  /// The events that an intent causes in this state; none where it is fulfilled already.
  ///
  /// - Throws: ``CommandError/rejected(rule:)`` or ``CommandError/notFound``.
  func decide(_ intent: Intent) throws(CommandError) -> [Event]

  /// Brings the state forward by one event.
  mutating func apply(_ event: Event)
}
