internal import Postgres

/// Lets PostgreSQL judge what only it can: expressions and the whole statement, over empty tables that look like the mirrors.
///
/// The tables are temporary and go with the transaction that is rolled back at the end. An expression is made a CHECK constraint of its
/// row's table: such a constraint sees the row's columns and nothing else; sub-selects, aggregates and window functions are refused. Which
/// functions it calls is read from the constraint's tree.
struct ProjectionCheckStore {
  let connection: Connection
  /// The schema of temporary tables.
  static let schema = "pg_temp"

  /// What PostgreSQL says about expressions and statements.
  struct Outcome {
    var problems: [ProjectionProblem] = []
    /// By projection and number of the expression.
    var types: [[Int: String]] = []
  }

  /// Checks `projections`; nothing remains of it.
  func check(_ projections: [ResolvedProjection]) async throws -> Outcome {
    var outcome = Outcome()
    try await connection.executeScript("BEGIN")
    do {
      try await connection.executeScript("SET LOCAL client_min_messages = error")
      try await createTables(projections)
      for projection in projections {
        let problemsBefore = outcome.problems.count
        var types: [Int: String] = [:]
        for (number, expression) in projection.expressions.enumerated() {
          switch try await check(expression) {
          case .right(let type): types[number] = type
          case .wrong(let problem): outcome.problems.append(problem)
          }
        }
        outcome.problems += projection.typeProblems(types)
        outcome.types.append(types)
        if outcome.problems.count == problemsBefore, let problem = try await explain(projection, types) {
          outcome.problems.append(problem)
        }
      }
    } catch {
      try? await connection.executeScript("ROLLBACK")
      throw error
    }
    try await connection.executeScript("ROLLBACK")
    return outcome
  }

  private func createTables(_ projections: [ResolvedProjection]) async throws {
    var seen: Set<String> = []
    for table in projections.flatMap(\.tables) where seen.insert(table.mirrorName).inserted {
      let columns = table.columns.map { "\(SQLName.quoted($0.name)) \($0.mirrorType)" }.joined(separator: ", ")
      try await connection.executeScript(
        "CREATE TEMPORARY TABLE \(SQLName.quoted(table.mirrorName)) (\(columns)) ON COMMIT DROP")
    }
  }

  private enum Judgement {
    case right(String)
    case wrong(ProjectionProblem)
  }

  private func check(_ expression: RowExpression) async throws -> Judgement {
    let table = SQLName.quoted(expression.table.mirrorName)
    try await connection.executeScript("SAVEPOINT expression")
    var judgement: Judgement
    do {
      // As a query, not as a script: the protocol then takes one statement and no more.
      try await connection.execute(
        "ALTER TABLE pg_temp.\(unescaped: table) ADD CONSTRAINT sluice_check CHECK ((\n\(unescaped: expression.text.text)\n) IS NOT NULL)")
      if let reason = try await dependence(table) {
        judgement = .wrong(expression.text.problem(reason))
      } else {
        let row = try await connection.query(
          """
          SELECT pg_typeof(v.v)::text FROM (SELECT 1) one
          LEFT JOIN (SELECT (\n\(unescaped: expression.text.text)\n) AS v FROM pg_temp.\(unescaped: table)) v ON true
          """
        ).single()
        judgement = .right(try row[0, as: String.self])
      }
    } catch let error as PostgresError where error.origin == .server && !error.isFatal {
      judgement = .wrong(problem(expression, error))
    }
    try await connection.executeScript("ROLLBACK TO SAVEPOINT expression")
    return judgement
  }

  private func problem(_ expression: RowExpression, _ error: PostgresError) -> ProjectionProblem {
    let columns = expression.table.columns.map(\.name)
    let unknown = error.message.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
    let isUnknown = error.sqlState == SQLState(rawValue: "42703")
    var reason = "expected an SQL expression over the columns of \(expression.table.sourceName) alone; PostgreSQL says: \(error.message)"
    let suggestion = isUnknown ? NearestName.to(unknown, among: columns) : nil
    if suggestion == nil, let hint = error.hint { reason += " (\(hint.split(whereSeparator: \.isNewline).joined(separator: " ")))" }
    return expression.text.problem(reason, suggestion: suggestion)
  }

  /// Why the value of the constraint's expression could change while its row does not.
  private func dependence(_ table: String) async throws -> String? {
    let rows = try await connection.query(
      """
      SELECT c.conbin::text LIKE '%{SQLVALUEFUNCTION %', c.conbin::text ~ ':varattno -', coalesce((
        SELECT array_agg(DISTINCT p.proname::text ORDER BY p.proname::text)
        FROM regexp_matches(c.conbin::text, ':(?:funcid|opfuncid) ([0-9]+)', 'g') f JOIN pg_proc p ON p.oid = f[1]::oid
        WHERE p.provolatile = 'v' OR p.provolatile = 's' AND (p.oid >= 16384 OR p.proname = 'age' AND p.pronargs = 1
          OR NOT (p.proname::text = ANY(\(Self.steadyFunctions)) OR p.proname ~ '^(timestamptz|timestamp|date|interval|time|timetz)(_|$)'))), '{}')
      FROM pg_constraint c WHERE c.conname = 'sluice_check' AND c.conrelid = ('pg_temp.' || \(table, as: "text"))::regclass
      """)
    let row = try rows.single()
    if try row[0, as: Bool.self] {
      return "the value would change with the time or the user; expected an expression over the row's columns alone"
    }
    if try row[1, as: Bool.self] { return "system columns are not the row's own; expected an expression over the row's columns alone" }
    guard let name = try row[2, as: [String].self].first else { return nil }
    return "\(name)() does not depend on the row alone; expected functions that always give the same for the same values"
  }

  /// Functions that PostgreSQL calls stable because they depend on settings, which projections fix (``DocumentTableStore``).
  private static let steadyFunctions = [
    "to_char", "to_date", "to_timestamp", "to_number", "concat", "concat_ws", "format", "array_to_string", "to_json", "to_jsonb",
    "json_build_object", "json_build_array", "jsonb_build_object", "jsonb_build_array", "row_to_json", "array_to_json", "date_trunc",
    "date_part", "extract", "timezone", "textanycat", "anytextcat", "array_to_text", "numeric_cash", "cash_numeric", "quote_literal",
    "quote_nullable", "age", "overlaps", "to_tsvector",
  ]

  /// Prepares the recomputing statement over the empty tables.
  private func explain(_ projection: ResolvedProjection, _ types: [Int: String]) async throws -> ProjectionProblem? {
    let definition = CompiledProjection(projection, types: types, views: Self.schema).definition
    var query: Query = "EXPLAIN "
    for (index, piece) in definition.recompute.split(separator: "$1", omittingEmptySubsequences: false).enumerated() {
      if index > 0 { query = "\(query)\(textArray: [], as: definition.keyType + "[]")" }
      query = "\(query)\(unescaped: String(piece))"
    }
    try await connection.executeScript("SAVEPOINT statement")
    do {
      try await connection.execute(query)
      try await connection.executeScript("ROLLBACK TO SAVEPOINT statement")
      return nil
    } catch let error as PostgresError where error.origin == .server && !error.isFatal {
      try await connection.executeScript("ROLLBACK TO SAVEPOINT statement")
      return projection.declaration.place.problem("PostgreSQL refuses the statement of the projection: \(error.message)")
    }
  }
}

extension ResolvedProjection {
  /// Every table that is read.
  var tables: [MirrorDefinition] { [root] + fields.flatMap { Self.tables(of: $0.value) } }

  private static func tables(of value: ResolvedValue) -> [MirrorDefinition] {
    switch value {
    case .column, .expression, .constant: return []
    case .object(let fields): return fields.flatMap { tables(of: $0.value) }
    case .embed(let embed):
      let below = if case .row(let value) = embed.content { tables(of: value) } else { [MirrorDefinition]() }
      return embed.steps.map(\.table) + below
    }
  }
}
