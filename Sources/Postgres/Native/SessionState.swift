internal import Synchronization

/// What others may know of a session without asking its thread. Written by the thread after each piece of work.
final class SessionState: Sendable {
  private let open = Atomic<Bool>(false)
  private let transaction = Atomic<Int>(0)
  private let version = Atomic<Int>(0)
  private let pid = Atomic<Int>(0)
  private let listening = Atomic<Bool>(false)
  private let streaming = Atomic<Bool>(false)

  var isOpen: Bool {
    get { open.load(ordering: .acquiring) }
    set { open.store(newValue, ordering: .releasing) }
  }

  /// libpq's `PGTransactionStatusType`: 0 idle, 1 active, 2 in a transaction, 3 in a failed one, 4 unknown.
  var transactionStatus: Int {
    get { transaction.load(ordering: .acquiring) }
    set { transaction.store(newValue, ordering: .releasing) }
  }

  /// For example 150006.
  var serverVersion: Int {
    get { version.load(ordering: .relaxed) }
    set { version.store(newValue, ordering: .relaxed) }
  }

  /// The backend's process ID.
  var backendPID: Int {
    get { pid.load(ordering: .relaxed) }
    set { pid.store(newValue, ordering: .relaxed) }
  }

  /// Somebody listens to a channel.
  var hasListeners: Bool {
    get { listening.load(ordering: .acquiring) }
    set { listening.store(newValue, ordering: .releasing) }
  }

  /// A replication stream has taken the session over.
  var isStreaming: Bool {
    get { streaming.load(ordering: .acquiring) }
    set { streaming.store(newValue, ordering: .releasing) }
  }
}
