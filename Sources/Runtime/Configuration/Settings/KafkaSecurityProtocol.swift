/// How connections to brokers are secured; the names are Kafka's, in lower case.
public enum KafkaSecurityProtocol: String, Sendable, CaseIterable {
  case plaintext
  case ssl
  case saslPlaintext = "sasl_plaintext"
  case saslSSL = "sasl_ssl"

  /// True when a login is part of it.
  public var usesSASL: Bool { self == .saslPlaintext || self == .saslSSL }
}
