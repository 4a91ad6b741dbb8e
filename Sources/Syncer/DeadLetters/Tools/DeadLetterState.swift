/// What has become of a dead letter.
public enum DeadLetterState: Hashable, Sendable {
  /// Nothing: nobody has done anything about it, and nothing waits behind it.
  case waiting
  /// Its key is parked under this number, with so many records behind the one that failed.
  case parked(key: Int64, behind: Int64, isRetrying: Bool)
  /// The record was applied with the queue of its key.
  case resolved
  /// It was written to a topic again.
  case replayed(to: String)
  /// It had its attempts and was written to a parking topic.
  case setAside(to: String)
  /// Somebody has decided that it is not to be applied.
  case discarded
  /// Another letter of the same record was replayed or discarded.
  case duplicate
  /// A replay was ended while it was written: whether it was, its target tells.
  case inDoubt(target: String)

  /// One word, as `--by state` counts it.
  public var name: String {
    switch self {
    case .waiting: "waiting"
    case .parked(_, _, let isRetrying): isRetrying ? "retrying" : "parked"
    case .resolved: "resolved"
    case .replayed: "replayed"
    case .setAside: "set aside"
    case .discarded: "discarded"
    case .duplicate: "duplicate"
    case .inDoubt: "in doubt"
    }
  }

  /// For people: the name and what belongs to it.
  public var text: String {
    switch self {
    case .parked(let key, let behind, let isRetrying): "\(isRetrying ? "retrying" : "parked") key \(key), \(behind) behind"
    case .replayed(let topic): "replayed to \(topic)"
    case .setAside(let topic): "set aside to \(topic)"
    case .inDoubt(let topic): "in doubt, perhaps in \(topic)"
    default: name
    }
  }
}
