internal import CRDKafka

/// How librdkafka's admin calls are made: options, the call with the background queue for its answer, the answer read there.
extension Admin {
  /// - Parameters:
  ///   - start: makes the call; objects that it needs are destroyed by whoever made them once it returns.
  ///   - read: reads a successful answer, on the background thread.
  func call<R: Sendable>(
    _ operation: rd_kafka_admin_op_t, _ place: String, validateOnly: Bool = false,
    read: @escaping @Sendable (OpaquePointer) throws -> R,
    start: (_ client: OpaquePointer, _ options: OpaquePointer, _ queue: OpaquePointer) throws -> Void
  ) async throws -> R {
    let answer = Promise<R>()
    let promise = EventPromise { event in
      answer.resolve(
        Result {
          let code = rd_kafka_event_error(event)
          guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let reason = rd_kafka_event_error_string(event).map { String(cString: $0) }
            throw KafkaError(code: KafkaError.Code(code), reason: reason, where: place)
          }
          return try read(event)
        })
    }
    try begin(operation, place, validateOnly, promise, start)
    // librdkafka answers within the request's timeout; the second deadline is for the case that it does not.
    return try await withDeadline(configuration.timeout + .seconds(10), place) { try await answer.value() }
  }

  private func begin(
    _ operation: rd_kafka_admin_op_t, _ place: String, _ validateOnly: Bool, _ promise: EventPromise,
    _ start: (OpaquePointer, OpaquePointer, OpaquePointer) throws -> Void
  ) throws {
    guard let options = rd_kafka_AdminOptions_new(handle.pointer, operation) else {
      throw KafkaError(code: .criticalSystemResource, where: place)
    }
    defer { rd_kafka_AdminOptions_destroy(options) }
    let milliseconds = max(1, configuration.timeout.timeout)
    rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, nil, 0)
    // Only some calls wait for the cluster to have carried out what it accepted; the others refuse the option, which is fine.
    rd_kafka_AdminOptions_set_operation_timeout(options, milliseconds, nil, 0)
    if validateOnly {
      try KafkaError.check(rd_kafka_AdminOptions_set_validate_only(options, 1, nil, 0), where: place)
    }
    let opaque = Unmanaged.passRetained(promise)
    rd_kafka_AdminOptions_set_opaque(options, opaque.toOpaque())
    do {
      guard let queue = rd_kafka_queue_get_background(handle.pointer) else { throw KafkaError.closed(place) }
      defer { rd_kafka_queue_destroy(queue) }
      try start(handle.pointer, options, queue)
    } catch {
      opaque.release()
      throw error
    }
  }

  /// Topic by topic, what failed.
  static func topicFailures(
    _ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int, where place: String
  ) -> [String: KafkaError] {
    var failures: [String: KafkaError] = [:]
    for index in 0..<count {
      guard let result = results?[index], let name = rd_kafka_topic_result_name(result) else { continue }
      let code = rd_kafka_topic_result_error(result)
      guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
      let reason = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
      failures[String(cString: name)] = KafkaError(code: KafkaError.Code(code), reason: reason, where: place)
    }
    return failures
  }

  /// Group by group, what failed.
  static func groupFailures(
    _ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int, where place: String
  ) -> [String: KafkaError] {
    var failures: [String: KafkaError] = [:]
    for index in 0..<count {
      guard let result = results?[index], let name = rd_kafka_group_result_name(result) else { continue }
      if let error = KafkaError.read(rd_kafka_group_result_error(result), where: place) { failures[String(cString: name)] = error }
    }
    return failures
  }

  /// The partitions of a group's result; throws the group's error.
  static func partitions(
    _ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int, where place: String
  ) throws -> [TopicPartitionList.Entry] {
    guard count > 0, let result = results?[0] else { return [] }
    if let error = KafkaError.read(rd_kafka_group_result_error(result), where: place) { throw error }
    return TopicPartitionList.entries(of: rd_kafka_group_result_partitions(result))
  }

  /// Partition by partition, what failed.
  static func failures(_ entries: [TopicPartitionList.Entry], where place: String) -> [TopicPartition: KafkaError] {
    entries.reduce(into: [:]) { failures, entry in
      if entry.error != .noError { failures[entry.partition] = KafkaError(code: entry.error, where: place) }
    }
  }
}

extension KafkaError {
  /// An error that belongs to somebody else.
  static func read(_ error: OpaquePointer?, where place: String) -> KafkaError? {
    guard let error, rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
    return KafkaError(
      code: Code(rd_kafka_error_code(error)), reason: rd_kafka_error_string(error).map { String(cString: $0) }, where: place)
  }
}
