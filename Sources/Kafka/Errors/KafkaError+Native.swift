internal import CRDKafka

extension KafkaError {
  /// The one funnel for `rd_kafka_error_t`: reads everything, destroys it, and says whether it was an error.
  static func take(_ error: OpaquePointer?, where place: String) -> KafkaError? {
    guard let error else { return nil }
    defer { rd_kafka_error_destroy(error) }
    return KafkaError(
      code: Code(rd_kafka_error_code(error)), isRetriable: rd_kafka_error_is_retriable(error) != 0,
      isFatal: rd_kafka_error_is_fatal(error) != 0, isTransactionAbortable: rd_kafka_error_txn_requires_abort(error) != 0,
      reason: rd_kafka_error_string(error).map { String(cString: $0) }, where: place)
  }

  /// Throws what `take` finds.
  static func check(_ error: OpaquePointer?, where place: String) throws(KafkaError) {
    if let error = take(error, where: place) { throw error }
  }

  /// Throws if a plain response code is an error.
  static func check(_ code: rd_kafka_resp_err_t, where place: String) throws(KafkaError) {
    if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(code: Code(code), where: place) }
  }

  /// The error behind a response code of this client; `_FATAL` is replaced by what the client calls its fatal error.
  static func of(_ code: rd_kafka_resp_err_t, client: OpaquePointer, reason: String? = nil, where place: String) -> KafkaError {
    guard code == RD_KAFKA_RESP_ERR__FATAL else { return KafkaError(code: Code(code), reason: reason, where: place) }
    return fatal(of: client, where: place) ?? KafkaError(code: .fatal, reason: reason, where: place)
  }

  /// The client's fatal error, if it has one.
  static func fatal(of client: OpaquePointer, where place: String) -> KafkaError? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      guard let base = buffer.baseAddress else { return nil }
      base.initialize(repeating: 0, count: buffer.count)
      let code = rd_kafka_fatal_error(client, base, buffer.count)
      guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
      return KafkaError(code: Code(code), isRetriable: false, isFatal: true, reason: String(cString: base), where: place)
    }
  }

  /// A client that was closed, or is being closed, cannot do what was asked.
  static func closed(_ place: String) -> KafkaError {
    KafkaError(code: .closed, isRetriable: false, reason: "the client is closed", where: place)
  }
}
