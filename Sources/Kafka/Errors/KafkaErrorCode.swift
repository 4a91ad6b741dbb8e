internal import CRDKafka

extension KafkaError {
  /// What went wrong, by number: negative codes are the client library's, the others are the Kafka protocol's.
  ///
  /// A struct rather than an enum, because brokers add codes: one that is not named here is still carried and printed.
  public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number as librdkafka and the protocol write it.
    public let rawValue: Int32

    /// The code with this number, named or not.
    public init(rawValue: Int32) {
      self.rawValue = rawValue
    }

    init(_ native: rd_kafka_resp_err_t) {
      self.init(rawValue: native.rawValue)
    }

    var native: rd_kafka_resp_err_t { rd_kafka_resp_err_t(rawValue) }

    /// The code's constant name, such as `UNKNOWN_TOPIC_OR_PART` or `_TIMED_OUT`.
    public var description: String {
      rd_kafka_err2name(native).map { String(cString: $0) } ?? "CODE_\(rawValue)"
    }

    /// One sentence about the code, in librdkafka's words.
    public var summary: String {
      rd_kafka_err2str(native).map { String(cString: $0) } ?? "error \(rawValue)"
    }
  }
}
