internal import Kafka

/// What the group's coordinator will say again to the same member with the same configuration: an operator has to change something. Pure.
enum GroupRefusal {
  /// The engine's error for one of the consumer's, with what to do; nil where it is no refusal.
  static func error(for error: KafkaError, group: String) -> SyncerError? {
    func refused(_ code: SyncerError.Code, _ reason: String) -> SyncerError {
      SyncerError(code, "\(reason) (\(error))", cause: error)
    }
    switch error.code {
    case .fencedInstanceId:
      return refused(
        .fencedInstance,
        "Another process has joined group \(group) with this one's syncer.instance_id and has taken its place: give each process an instance ID "
          + "of its own, and start this one again if it is not a forgotten one.")
    case .invalidSessionTimeout:
      return refused(
        .configuration,
        "The broker does not allow the session timeout with which group \(group) was to be joined: set session.timeout.ms in kafka.extra to a "
          + "value between its group.min.session.timeout.ms and group.max.session.timeout.ms.")
    case .inconsistentGroupProtocol:
      return refused(
        .configuration,
        "The other members of group \(group) divide partitions in another way, or are no consumers: set partition.assignment.strategy in kafka.extra "
          + "as they do, or choose another syncer.group.")
    case .invalidGroupId:
      return refused(.configuration, "The broker does not take \(group) as the name of a group: change syncer.group.")
    case .groupMaxSizeReached:
      return refused(.configuration, "Group \(group) has as many members as the broker allows (group.max.size): start fewer, or raise it.")
    case .groupAuthorizationFailed:
      return refused(
        .configuration, "This user may not read as a member of group \(group): grant READ on the group, or change kafka's user.")
    case .topicAuthorizationFailed:
      return refused(.configuration, "This user may not read one of syncer.topics: grant READ and DESCRIBE on it, or change kafka's user.")
    case .clusterAuthorizationFailed, .saslAuthenticationFailed, .authentication:
      return refused(.configuration, "The broker does not let this user in: check kafka's user, password and mechanism.")
    default:
      return nil
    }
  }
}
