internal import CRDKafka

extension Admin {
  /// The whole configuration of a topic or broker, by key.
  public func describeConfiguration(of resource: ConfiguredResource) async throws -> [ConfigurationEntry] {
    let place = "Admin.describeConfiguration"
    return try await call(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, place) { event in
      var count = 0
      let resources = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count)
      try Self.check(resources, count, where: place)
      guard count > 0, let first = resources?[0] else { return [] }
      let entries = rd_kafka_ConfigResource_configs(first, &count)
      return (0..<count).compactMap { entries?[$0].flatMap(ConfigurationEntry.init) }.sorted { $0.name < $1.name }
    } start: { client, options, queue in
      var native: [OpaquePointer?] = [rd_kafka_ConfigResource_new(resource.nativeType, resource.nativeName)]
      defer { rd_kafka_ConfigResource_destroy_array(&native, native.count) }
      rd_kafka_DescribeConfigs(client, &native, native.count, options, queue)
    }
  }

  /// Sets keys of a topic's or broker's configuration and leaves the others as they are; nil takes a key back to its default.
  ///
  /// librdkafka 2.0 knows only the request that replaces everything, so what is set now is read first and sent along: two who change the
  /// same configuration at the same moment can undo each other.
  /// - Throws: `invalidConfig` if a secret is set on it: its value cannot be read, and would be lost.
  public func alterConfiguration(of resource: ConfiguredResource, _ changes: [String: String?], validateOnly: Bool = false) async throws {
    guard !changes.isEmpty else { return }
    let place = "Admin.alterConfiguration"
    var wanted: [String: String] = [:]
    for entry in try await describeConfiguration(of: resource) where entry.source == resource.ownSource {
      if entry.isSensitive, changes[entry.name] == nil {
        throw KafkaError(
          code: .invalidConfig, reason: "\(entry.name) is set and secret, it would be lost; give it along with the changes", where: place)
      }
      wanted[entry.name] = entry.value
    }
    for (name, value) in changes { wanted[name] = value }
    let values = wanted
    try await call(RD_KAFKA_ADMIN_OP_ALTERCONFIGS, place, validateOnly: validateOnly) { event in
      var count = 0
      let resources = rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(event), &count)
      try Self.check(resources, count, where: place)
    } start: { client, options, queue in
      var native: [OpaquePointer?] = [rd_kafka_ConfigResource_new(resource.nativeType, resource.nativeName)]
      defer { rd_kafka_ConfigResource_destroy_array(&native, native.count) }
      for (name, value) in values.sorted(by: { $0.key < $1.key }) {
        try KafkaError.check(rd_kafka_ConfigResource_set_config(native[0], name, value), where: place)
      }
      rd_kafka_AlterConfigs(client, &native, native.count, options, queue)
    }
  }

  private static func check(_ resources: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int, where place: String) throws {
    for index in 0..<count {
      guard let resource = resources?[index] else { continue }
      let code = rd_kafka_ConfigResource_error(resource)
      guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
      let reason = rd_kafka_ConfigResource_error_string(resource).map { String(cString: $0) }
      throw KafkaError(code: KafkaError.Code(code), reason: reason, where: place)
    }
  }
}

extension ConfiguredResource {
  /// Where the values stand that belong to this resource alone.
  fileprivate var ownSource: ConfigurationEntry.Source {
    switch self {
    case .topic: .topic
    case .broker: .broker
    }
  }
}
