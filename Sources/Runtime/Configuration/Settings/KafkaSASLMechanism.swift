/// How to log in to brokers; the names are Kafka's.
public enum KafkaSASLMechanism: String, Sendable, CaseIterable {
  case plain = "PLAIN"
  case scramSHA256 = "SCRAM-SHA-256"
  case scramSHA512 = "SCRAM-SHA-512"
}
