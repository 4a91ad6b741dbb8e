/// What a SQLSTATE of PostgreSQL means for the syncer: a table of codes and classes, looked up by the exact code first, by the class
/// (the first two characters) then. Source: PostgreSQL's documentation, appendix A, "PostgreSQL Error Codes".
struct SQLStateRule: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case transient
    case permanent
    case sinkDown
  }

  let kind: Kind
  let sentence: String

  static func rule(for code: String) -> SQLStateRule {
    exact[code] ?? classes[String(code.prefix(2))] ?? unknown
  }
}
