extension AdminRequests {
  /// IncrementalAlterConfigs (KIP-339).
  func handle(_ request: IncrementalAlterConfigsRequest, _ context: RequestContext, reply: (IncrementalAlterConfigsResponse) -> Void) {
    typealias Response = IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
    let duplicates = Self.duplicates(request.resources.lazy.map { ResourceName(type: $0.resourceType, name: $0.resourceName) })
    let responses = request.resources.map { resource in
      var response = Response(errorMessage: nil, resourceType: resource.resourceType, resourceName: resource.resourceName)
      do throws(ApiError) {
        try refuse(duplicates, ResourceName(type: resource.resourceType, name: resource.resourceName), keys: resource.configs.map(\.name))
        let target = try ConfigurationResource(type: resource.resourceType, name: resource.resourceName, nodeID: nodeID)
        var values = current(target)
        for config in resource.configs { try change(&values, by: config, of: target) }
        try set(values, of: target, validateOnly: request.validateOnly)
      } catch {
        response.errorCode = error.code
        response.errorMessage = error.message
      }
      return response
    }
    reply(IncrementalAlterConfigsResponse(responses: responses))
  }

  /// AlterConfigs of older clients: the resource has what the request names and nothing else.
  func handle(_ request: AlterConfigsRequest, _ context: RequestContext, reply: (AlterConfigsResponse) -> Void) {
    typealias Response = AlterConfigsResponse.AlterConfigsResourceResponse
    let duplicates = Self.duplicates(request.resources.lazy.map { ResourceName(type: $0.resourceType, name: $0.resourceName) })
    let responses = request.resources.map { resource in
      var response = Response(errorMessage: nil, resourceType: resource.resourceType, resourceName: resource.resourceName)
      do throws(ApiError) {
        try refuse(duplicates, ResourceName(type: resource.resourceType, name: resource.resourceName), keys: resource.configs.map(\.name))
        let target = try ConfigurationResource(type: resource.resourceType, name: resource.resourceName, nodeID: nodeID)
        var values: [String: String] = [:]
        for config in resource.configs {
          guard let value = config.value else { throw ApiError(.invalidRequest, "Null value not supported for : \(config.name)") }
          values[config.name] = value
        }
        try set(values, of: target, validateOnly: request.validateOnly)
      } catch {
        response.errorCode = error.code
        response.errorMessage = error.message
      }
      return response
    }
    reply(AlterConfigsResponse(responses: responses))
  }

  private struct ResourceName: Hashable {
    var type: Int8
    var name: String
  }

  private func refuse(_ duplicates: Set<ResourceName>, _ resource: ResourceName, keys: [String]) throws(ApiError) {
    guard !duplicates.contains(resource) else { throw ApiError(.invalidRequest, "Each resource must appear at most once.") }
    guard Self.duplicates(keys).isEmpty else { throw ApiError(.invalidRequest, "Error due to duplicate config keys") }
  }

  private func current(_ resource: ConfigurationResource) -> [String: String] {
    switch resource {
    case .topic(let name): catalogue.topicConfiguration(name).overrides
    case .node: catalogue.configuration.node
    case .cluster: catalogue.configuration.cluster
    }
  }

  private func set(_ values: [String: String], of resource: ConfigurationResource, validateOnly: Bool) throws(ApiError) {
    switch resource {
    case .topic(let name): try catalogue.setConfiguration(of: name, to: values, validateOnly: validateOnly)
    case .node: try catalogue.setBrokerConfiguration(values, ofCluster: false, validateOnly: validateOnly)
    case .cluster: try catalogue.setBrokerConfiguration(values, ofCluster: true, validateOnly: validateOnly)
    }
  }

  private func change(
    _ values: inout [String: String], by config: IncrementalAlterConfigsRequest.AlterConfigsResource.AlterableConfig,
    of resource: ConfigurationResource
  ) throws(ApiError) {
    // Kafka's `AlterConfigOp.OpType`.
    guard (0...3).contains(config.configOperation) else {
      throw ApiError(.invalidRequest, "Unknown operations type \(config.configOperation)")
    }
    if config.configOperation == 1 {
      values[config.name] = nil
      return
    }
    guard let value = config.value else { throw ApiError(.invalidRequest, "Null value not supported for : \(config.name)") }
    guard config.configOperation >= 2 else {
      values[config.name] = value
      return
    }
    let isAppend = config.configOperation == 2
    let key: TopicConfigurationKey? =
      if case .topic = resource { TopicConfigurationKey.byName[config.name] } else { TopicConfigurationKey.byBrokerName[config.name] }
    guard let key, key.type == .list else {
      throw ApiError(
        .invalidConfig, "Can't \(isAppend ? "APPEND" : "SUBTRACT") to key \(config.name) because its type is not LIST.")
    }
    var parts = (values[config.name] ?? catalogue.configuration.topicDefault(key)).split(separator: ",").map(String.init)
    let given = value.split(separator: ",").map(String.init)
    if isAppend {
      for part in given where !parts.contains(part) { parts.append(part) }
    } else {
      parts.removeAll(where: given.contains)
    }
    values[config.name] = parts.joined(separator: ",")
  }
}
