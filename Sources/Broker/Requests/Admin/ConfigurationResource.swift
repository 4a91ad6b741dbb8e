/// What configurations belong to, as the requests name it.
enum ConfigurationResource: Hashable {
  case topic(String)
  /// This broker.
  case node
  /// All brokers, by an empty name.
  case cluster

  /// - Parameter type: Kafka's `ConfigResource.Type`: 2 topic, 4 broker.
  init(type: Int8, name: String, nodeID: Int32) throws(ApiError) {
    switch type {
    case 2:
      guard !name.isEmpty else { throw ApiError(.invalidRequest, "Default topic resources are not allowed.") }
      if let problem = TopicName.problem(with: name) { throw ApiError(.invalidTopic, problem) }
      self = .topic(name)
    case 4 where name.isEmpty:
      self = .cluster
    case 4:
      guard let id = Int32(name) else { throw ApiError(.invalidRequest, "Node id must be an integer, but it is: \(name)") }
      guard id == nodeID else { throw ApiError(.invalidRequest, "Unexpected broker id, expected \(nodeID), but received \(name)") }
      self = .node
    case 8, 16, 32:
      let kind = type == 8 ? "BROKER_LOGGER" : type == 16 ? "CLIENT_METRICS" : "GROUP"
      throw ApiError(.invalidRequest, "This broker has no configurations of resource type \(kind)")
    default:
      throw ApiError(.invalidRequest, "Unknown resource type \(type)")
    }
  }
}
