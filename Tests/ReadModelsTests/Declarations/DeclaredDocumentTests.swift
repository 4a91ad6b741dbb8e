import Logging
import Postgres
import Syncer
import TestSupport
import Testing

@testable import ReadModels

extension OnPostgres {
  /// Declarations over real mirrors: what the documents look like, and that every change of every table reaches them.
  @Suite struct DeclaredDocumentTests {
    static func with(
      ddl: String, tables: [String], yaml: String, _ body: (ReadModelBench) async throws -> Void
    ) async throws {
      try await withTestDatabase { configuration in
        let connection = try await Connection.connect(configuration, logger: ReadModelBench.logger)
        try await connection.executeScript(ddl)
        let catalog = try await MirrorCatalog.load(from: connection, tables: tables, namespace: MirrorNamespace(topicPrefix: "shop"))
        let declared = try DeclaredProjections(ProjectionDeclaration.parse(yaml, file: "p.yaml"))
        let definitions = try await declared.definitions(over: catalog.mirrors(topicPrefix: "shop"), checkedOn: connection)
        let mirrors = try catalog.mirrors(topicPrefix: "shop").serving(definitions)
        let mirror = MirrorProjection(mirrors, logger: ReadModelBench.logger)
        try await mirror.prepare(connection)
        let documents = try definitions.map { try DocumentProjection($0, mirrors: mirrors, logger: ReadModelBench.logger) }
        for document in documents { try await document.prepare(connection) }
        try await body(
          ReadModelBench(configuration: configuration, connection: connection, mirrors: mirrors, mirror: mirror, documents: documents))
        await connection.close()
      }
    }

    @Test func valuesAreWrittenSoThatNothingIsLost() async throws {
      let ddl = """
        CREATE TABLE things (id bigint PRIMARY KEY, n numeric, f float8, t timestamptz, l timestamp, d date, b bytea, j jsonb, a integer[],
          i interval, ok boolean, note text, "odd $1 name" text)
        """
      let yaml = """
        projection: thing
        root: things
        table: documents.things
        where: note <> 'hidden' OR note IS NULL
        fields:
          "*": {except: [note]}
          nText: {column: n, format: string}
          ms: {column: t, format: epoch_ms}
          hex: {column: b, format: hex}
          shout: {sql: upper(note)}
          fixed: {constant: {price: "$10", list: [1, true, null, "x"]}}
          nested: {object: {id: id, twice: {sql: n * 2}}}
        """
      try await Self.with(ddl: ddl, tables: ["things"], yaml: yaml) { bench in
        try await bench.connection.executeScript("SET TimeZone = 'Asia/Tokyo'; SET bytea_output = 'escape'; SET IntervalStyle = 'postgres'")
        let things = Changes(table: "things")
        try await bench.apply([
          things(
            "c", lsn: 10,
            after:
              #"{"id":9007199254740993,"n":{"scale":3,"value":"MNQ="},"f":0.1,"t":"2026-01-31T12:00:00.000001Z","l":1769860800000000,"d":20484,"b":"3q0=","#
              + #""j":"{\"a\":1}","a":[1,null],"i":93784000000,"ok":true,"note":"hi","odd $1 name":"$1"}"#)
        ])
        let body = try await bench.row("SELECT body FROM documents.things WHERE key = 9007199254740993")
        #expect(
          body
            == #"{"a": [1, null], "b": "3q0=", "d": "2026-01-31", "f": 0.1, "i": "P1DT2H3M4S", "j": {"a": 1}, "l": "2026-01-31T12:00:00.000000", "#
            + #""n": 12.500, "t": "2026-01-31T12:00:00.000001Z", "id": 9007199254740993, "ms": 1769860800000, "ok": true, "hex": "dead", "#
            + #""fixed": {"list": [1, true, null, "x"], "price": "$10"}, "nText": "12.500", "shout": "HI", "nested": {"id": 9007199254740993, "#
            + #""twice": 25.000}, "odd $1 name": "$1"}"#)
        try await bench.apply([things("u", lsn: 11, after: #"{"id":9007199254740993,"note":"hidden"}"#)])
        #expect(
          try await bench.row("SELECT body IS NULL FROM documents.things") == "t", "a root that its condition leaves out has no document")
      }
    }

    static let refused: [(expression: String, problem: String)] = [
      ("nam || 'x'", "PostgreSQL says: column \"nam\" does not exist; did you mean name?"),
      ("(SELECT 1)", "PostgreSQL says: cannot use subquery in check constraint"),
      ("count(*)", "PostgreSQL says: aggregate functions are not allowed in check constraints"),
      ("row_number() OVER ()", "PostgreSQL says: window functions are not allowed in check constraints"),
      ("generate_series(1, id)", "PostgreSQL says: set-returning functions are not allowed in check constraints"),
      ("name +", "PostgreSQL says: syntax error at or near \")\""),
      ("random()", "random() does not depend on the row alone; expected functions that always give the same for the same values"),
      ("now()", "now() does not depend on the row alone; expected functions that always give the same for the same values"),
      ("age(made)", "age() does not depend on the row alone; expected functions that always give the same for the same values"),
      (
        "current_setting('TimeZone')",
        "current_setting() does not depend on the row alone; expected functions that always give the same for the same values"
      ),
      ("peek(id)", "peek() does not depend on the row alone; expected functions that always give the same for the same values"),
      ("CURRENT_DATE", "the value would change with the time or the user; expected an expression over the row's columns alone"),
      ("tableoid", "system columns are not the row's own; expected an expression over the row's columns alone"),
    ]

    @Test func expressionsThatDependOnMoreThanTheirRowAreRefused() async throws {
      try await withTestDatabase { configuration in
        let connection = try await Connection.connect(configuration, logger: ReadModelBench.logger)
        try await connection.executeScript(
          """
          CREATE TABLE things (id bigint PRIMARY KEY, name text, made timestamptz);
          CREATE FUNCTION peek(bigint) RETURNS text LANGUAGE sql STABLE AS 'SELECT name FROM public.things WHERE id = $1'
          """)
        let catalog = try await MirrorCatalog.load(from: connection, tables: ["things"], namespace: MirrorNamespace(topicPrefix: "shop"))
        let lines = Self.refused.enumerated().map { "  f\($0): {sql: \"\($1.expression.replacing("\"", with: "\\\""))\"}" }
        let right = [
          "to_char(made, 'YYYY')", "things.name", "coalesce(name, concat('#', id))", "made + interval '1 day'", "name ~ '^[a-z]+$'",
        ]
        let yaml =
          "projection: p\nroot: things\nwhere: name\nfields:\n" + lines.joined(separator: "\n") + "\n"
          + right.enumerated().map { "  r\($0): {sql: \"\($1)\"}" }.joined(separator: "\n")
        let declared = try DeclaredProjections(ProjectionDeclaration.parse(yaml, file: "p.yaml"))
        let mirrors = try catalog.mirrors()
        let error = await #expect(throws: ProjectionError.self) { try await declared.definitions(over: mirrors, checkedOn: connection) }
        var expected = ["p.yaml:3: p.where = \"name\": expected a condition, which is true or false; this is of type text"]
        for (number, (expression, problem)) in Self.refused.enumerated() {
          let start = problem.hasPrefix("PostgreSQL") ? "expected an SQL expression over the columns of public.things alone; " : ""
          expected.append("p.yaml:\(number + 5): p.fields.f\(number).sql = \"\(expression)\": \(start)\(problem)")
        }
        #expect(Set(error?.problems.map(\.description) ?? []) == Set(expected))
        #expect(connection.transactionStatus == .idle)
        await connection.close()
      }
    }
  }
}
