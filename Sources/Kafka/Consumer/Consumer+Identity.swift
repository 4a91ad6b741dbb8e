internal import CRDKafka

/// Who this member is to its group.
extension Consumer {
  /// A consumer of the same configuration that has joined nothing yet, for an owner whose client is beyond use.
  /// - Throws: `KafkaError`, as the initializer does.
  public func successor() throws -> Consumer {
    try Consumer(configuration: configuration, logger: logger)
  }

  /// The name of a static member (KIP-345), nil for a dynamic one.
  public var instanceID: String? { effective("group.instance.id") }

  /// How long the group waits for a silent member, as librdkafka has it: `extra` may say something else than `sessionTimeout`.
  public var effectiveSessionTimeout: Duration {
    effective("session.timeout.ms").flatMap { Int64($0) }.map { .milliseconds($0) } ?? configuration.sessionTimeout
  }

  /// The ID that the coordinator gave this member last; nil while it has none. Not to be asked for once the consumer is closing.
  public func memberID() async -> String? {
    let handle = handle
    return await handle.blocking.run {
      guard let text = rd_kafka_memberid(handle.pointer) else { return nil }
      defer { rd_kafka_mem_free(handle.pointer, text) }
      let id = String(cString: text)
      return id.isEmpty ? nil : id
    }
  }

  /// The consumer's group with all of its members, as the coordinator sees it.
  /// - Throws: `KafkaError` where the coordinator does not say it within `timeout`, and for a consumer without a group.
  public func describeGroup(timeout: Duration) async throws -> GroupDescription {
    let place = "Consumer.describeGroup"
    guard let group = configuration.groupID else {
      throw KafkaError(code: .unknownGroup, reason: "a consumer without groupID is in no group", where: place)
    }
    let asking = AdminConfiguration(bootstrapServers: configuration.bootstrapServers, timeout: timeout)
    guard let found = try await Admin(configuration: asking, handle: handle).describeGroups([group]).first else {
      throw KafkaError(code: .unknownGroup, reason: "the coordinator left out group \(group)", where: place)
    }
    if let error = found.error { throw error }
    return found
  }

  private func effective(_ key: String) -> String? {
    var size = 512
    var value = [CChar](repeating: 0, count: size)
    guard rd_kafka_conf_get(rd_kafka_conf(handle.pointer), key, &value, &size) == RD_KAFKA_CONF_OK else { return nil }
    let text = String(decoding: value.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return text.isEmpty ? nil : text
  }
}
