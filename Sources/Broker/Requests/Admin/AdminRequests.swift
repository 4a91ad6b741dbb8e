/// Topics, configurations and the cluster, as administrative clients and every client's start-up ask for them. Confined to the event loop;
/// every answer is given before `handle` returns, so that the requests' time-outs never count.
final class AdminRequests {
  let catalogue: TopicCatalogue

  init(catalogue: TopicCatalogue) { self.catalogue = catalogue }

  var settings: BrokerSettings { catalogue.configuration.settings }
  var nodeID: Int32 { settings.nodeID }

  /// Bits of the operations that Kafka knows for a topic and for a cluster. Without an authorizer Kafka, too, answers that all are allowed.
  enum AuthorizedOperations {
    /// READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS.
    static let topic: Int32 = [3, 4, 5, 6, 7, 8, 10, 11].reduce(0) { $0 | 1 << $1 }
    /// CREATE, ALTER, DESCRIBE, CLUSTER_ACTION, DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE.
    static let cluster: Int32 = [5, 7, 8, 9, 10, 11, 12].reduce(0) { $0 | 1 << $1 }
    /// What the protocol has for "not asked".
    static let unknown = Int32.min
  }

  /// The elements that are there more than once.
  static func duplicates<T: Hashable>(_ elements: some Sequence<T>) -> Set<T> {
    var seen: Set<T> = []
    return Set(elements.filter { !seen.insert($0).inserted })
  }

  /// Checks a replica list that a client made up by hand.
  func validate(assignment brokerIDs: [Int32]) throws(ApiError) {
    guard let first = brokerIDs.first else {
      throw ApiError(.invalidReplicaAssignment, "The manual partition assignment includes an empty replica list.")
    }
    if let twice = Self.duplicates(brokerIDs).min() {
      throw ApiError(.invalidReplicaAssignment, "The manual partition assignment includes the broker \(twice) more than once.")
    }
    guard let unknown = brokerIDs.first(where: { $0 != nodeID }) else { return }
    throw ApiError(
      .invalidReplicaAssignment,
      "The manual partition assignment includes broker \(unknown), but no such broker is registered."
        + (first == nodeID ? " This broker does not replicate." : ""))
  }
}
