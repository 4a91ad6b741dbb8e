/// How connections to PostgreSQL are secured; the names and meanings are libpq's `sslmode`.
public enum DatabaseTLS: String, Sendable, CaseIterable {
  case disable
  case prefer
  case require
  case verifyCA = "verify-ca"
  case verifyFull = "verify-full"
}
