extension AdminRequests {
  /// DescribeConfigs (KIP-133; synonyms KIP-226; types and documentation KIP-569).
  func handle(_ request: DescribeConfigsRequest, _ context: RequestContext, reply: (DescribeConfigsResponse) -> Void) {
    typealias Result = DescribeConfigsResponse.DescribeConfigsResult
    // A small request must not make a huge answer: whoever names a resource again is told instead of shown. No client does.
    var shown: Set<ConfigurationResource> = []
    let results = request.resources.map { resource in
      var result = Result(resourceType: resource.resourceType, resourceName: resource.resourceName)
      do throws(ApiError) {
        let target = try ConfigurationResource(type: resource.resourceType, name: resource.resourceName, nodeID: nodeID)
        guard shown.insert(target).inserted else { throw ApiError(.invalidRequest, "Each resource must appear at most once.") }
        let entries = try entries(of: target)
        // An empty list of keys means the same as none.
        let keys = resource.configurationKeys.flatMap { $0.isEmpty ? nil : Set($0) }
        result.configs = entries.filter { keys?.contains($0.name) ?? true }.map { entry in
          describe(entry, synonyms: request.includeSynonyms, documentation: request.includeDocumentation)
        }
      } catch {
        result.errorCode = error.code
        result.errorMessage = error.message
      }
      return result
    }
    reply(DescribeConfigsResponse(results: results))
  }

  private func entries(of resource: ConfigurationResource) throws(ApiError) -> [ConfigurationEntry] {
    switch resource {
    case .topic(let name):
      guard catalogue.topics[name] != nil else {
        throw ApiError(.unknownTopicOrPartition, "This server does not host this topic-partition.")
      }
      return catalogue.topicConfiguration(name).entries
    case .node:
      return catalogue.configuration.entries
    case .cluster:
      return catalogue.configuration.clusterEntries
    }
  }

  private func describe(
    _ entry: ConfigurationEntry, synonyms: Bool, documentation: Bool
  ) -> DescribeConfigsResponse.DescribeConfigsResult.DescribeConfigsResourceResult {
    typealias Config = DescribeConfigsResponse.DescribeConfigsResult.DescribeConfigsResourceResult
    return Config(
      name: entry.name, value: entry.value, readOnly: entry.isReadOnly, configSource: entry.source.rawValue, isSensitive: false,
      synonyms: synonyms
        ? entry.synonyms.map { Config.DescribeConfigsSynonym(name: $0.name, value: $0.value, source: $0.source.rawValue) } : [],
      configType: entry.type.rawValue, documentation: documentation ? entry.documentation : nil)
  }
}
