/// One SQL statement with its binds, written as a string:
///
///     let query: Query = "SELECT name FROM \(identifier: table) WHERE id = \(id) AND tag = ANY(\(tags))"
///
/// - `\(value)` is a bind, never text; nil is NULL, an array is a PostgreSQL array.
/// - `\(identifier: "x")` is a quoted identifier, `\(identifier: "schema", "table")` a qualified one.
/// - `\(textArray: texts, as: "numeric[]")` binds texts as an array of another type.
/// - `\(query)` puts another query in, with its binds renumbered.
/// - `\(unescaped: sql)` is raw text: whoever writes that answers for it.
public struct Query: Sendable, Hashable {
  /// SQL between the binds: always one more than there are binds.
  private(set) var fragments: [String]
  /// The binds, in order: `$1`, `$2`…
  public private(set) var binds: [Bind]
  /// Why this query must not be sent, where an interpolation was not what it says it is.
  private(set) var flaw: String?
  /// Whether the server is to keep it; see ``prepared()``.
  private(set) var isPrepared = false

  /// A statement without binds, from text that the program did not write as a literal: nothing is escaped.
  public init(unescaped sql: String) {
    fragments = [sql]
    binds = []
  }

  /// The text as the server gets it.
  public var sql: String {
    var text = fragments[0]
    for index in binds.indices { text += "$\(index + 1)" + fragments[index + 1] }
    return text
  }

  /// An identifier in double quotes, with those inside doubled.
  public static func quoted(identifier: String) -> String {
    "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// A text literal in single quotes, for the commands that take no binds (`CREATE PUBLICATION`, `COPY` options, replication commands).
  public static func quoted(literal: String) -> String {
    let quoted = "'" + literal.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    // With a backslash the escape form says the same under either setting of standard_conforming_strings.
    return quoted.contains("\\") ? "E" + quoted.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\") : quoted
  }

  /// The same statement, kept by the server under a name, so that it is parsed and planned once for each connection and not for each execution: for
  /// statements that are executed again and again with the same text. ``Connection/pipeline(_:format:timeout:)`` makes use of it.
  ///
  /// After some executions the server may plan it without looking at the values: not for joins whose best order depends on them.
  /// Source: PostgreSQL documentation, "Extended Query" in the chapter on the protocol, and PREPARE.
  public func prepared() -> Query {
    var query = self
    query.isPrepared = true
    return query
  }

  mutating func append(sql: String) {
    fragments[fragments.count - 1] += sql
  }

  mutating func append(_ bind: Bind) {
    binds.append(bind)
    fragments.append("")
  }

  mutating func append(_ query: Query) {
    fragments[fragments.count - 1] += query.fragments[0]
    fragments.append(contentsOf: query.fragments.dropFirst())
    binds.append(contentsOf: query.binds)
    flaw = flaw ?? query.flaw
  }

  mutating func note(flaw: String) {
    self.flaw = self.flaw ?? flaw
  }

  /// Both, one after the other; a space stands between them.
  public static func + (left: Query, right: Query) -> Query {
    var result = left
    result.append(sql: " ")
    result.append(right)
    return result
  }
}

extension Query: CustomStringConvertible {
  /// The SQL with placeholders; values are never shown.
  public var description: String { sql }
}
