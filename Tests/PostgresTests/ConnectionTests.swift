import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct ConnectionTests {
  @Test func countsAffectedRowsAndHoldsNames() async throws {
    try await withTestConnection { connection in
      try await connection.executeScript("CREATE TABLE t (id int PRIMARY KEY, name text); CREATE TABLE u (id int)")
      #expect(try await connection.execute("INSERT INTO t SELECT g, NULL FROM generate_series(1, 5) g") == 5)
      #expect(try await connection.execute("UPDATE t SET name = \("") WHERE id > \(Int64(2))") == 3)
      let rows = try await connection.query("SELECT id, name FROM t ORDER BY id")
      #expect(rows.columns.map(\.name) == ["id", "name"])
      #expect(rows.count == 5)
      #expect(try rows.map { try $0["name", as: String?.self] } == [nil, nil, "", "", ""])
      #expect(rows.commandTag == "SELECT 5")
      #expect(connection.serverVersion >= 140_000)
      #expect(connection.backendPID > 0)
    }
  }

  @Test func tellsServerErrorsWithAllTheyHold() async throws {
    try await withTestConnection { connection in
      try await connection.execute("CREATE TABLE t (id int CONSTRAINT only_once PRIMARY KEY)")
      try await connection.execute("INSERT INTO t VALUES (4711)")
      let error = try await postgresError { try await connection.execute("INSERT INTO t VALUES (4711)") }
      #expect(error.sqlState == .uniqueViolation)
      #expect(error.classification == .permanent)
      #expect(error.constraint == "only_once")
      #expect(error.table == "t")
      #expect(error.detail?.contains("4711") == true)
      #expect(!error.description.contains("4711"))
      let syntax = try await postgresError { _ = try await connection.query("SELECT 1 FROM \(unescaped: "'oops") ") }
      #expect(syntax.sqlState == .syntaxError)
      #expect(syntax.position == 15)
      #expect(!syntax.description.contains("oops"))
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }

  @Test func refusesWhatLibpqWouldCutOff() async throws {
    try await withTestConnection { connection in
      let zero = try await postgresError { _ = try await connection.query("SELECT \("a\0b")::text") }
      #expect(zero.sqlState?.rawValue == "22021")
      let inText = try await postgresError { _ = try await connection.query("SELECT 1 \(unescaped: "\0") FROM nosuch") }
      #expect(inText.origin == .misuse)
      let flaw = try await postgresError { _ = try await connection.query("SELECT \("1", as: "int); --")") }
      #expect(flaw.origin == .misuse)
      let copy = try await postgresError { _ = try await connection.query("COPY (SELECT 1) TO STDOUT") }
      #expect(copy.origin == .misuse)
      try await connection.execute("CREATE TABLE t (a text)")
      let copyIn = try await postgresError { _ = try await connection.query("COPY t FROM STDIN") }
      #expect(copyIn.origin == .misuse)
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }

  @Test func aFailedScriptLeavesNothing() async throws {
    try await withTestConnection { connection in
      let error = try await postgresError { try await connection.executeScript("CREATE TABLE a (); SELECT 1/0; CREATE TABLE b ()") }
      #expect(error.sqlState?.rawValue == "22012")
      _ = try await postgresError { try await connection.executeScript("BEGIN; CREATE TABLE a (); SELECT 1/0") }
      #expect(connection.transactionStatus == .idle)
      #expect(try await connection.query("SELECT 1 FROM pg_class WHERE relname IN ('a', 'b')").isEmpty)
    }
  }

  @Test func connectErrorsSayWhatToDo() async throws {
    let server = try await TestPostgres.shared.configuration()
    var wrong = server
    wrong.database = "no_such_database"
    let database = try await postgresError { _ = try await Connection.connect(wrong, logger: testLogger()) }
    #expect(database.classification != .retriable)
    #expect(database.description.contains("no_such_database"))
    wrong = server
    wrong.port = 1
    let refused = try await postgresError { _ = try await Connection.connect(wrong, logger: testLogger()) }
    #expect(refused.classification == .connection)
    #expect(!refused.description.contains("\n"))
  }

  @Test func givesUpOnAServerThatSaysNothing() async throws {
    // Takes connections into its backlog and never answers.
    let listener = try SilentListener()
    let configuration = ConnectionConfiguration(host: "127.0.0.1", port: listener.port, user: "x", connectTimeout: .milliseconds(300))
    let start = ContinuousClock.now
    let error = try await postgresError { _ = try await Connection.connect(configuration, logger: testLogger()) }
    #expect(error.classification == .connection)
    #expect(start.duration(to: .now) < .seconds(5))
  }

  @Test func noticesReachTheirHandler() async throws {
    try await withTestDatabase { configuration in
      let (notices, continuation) = AsyncStream<Notice>.makeStream()
      let connection = try await Connection.connect(configuration, logger: testLogger()) { continuation.yield($0) }
      try await connection.executeScript("DO $$ BEGIN RAISE WARNING 'careful' USING HINT = 'look'; END $$")
      var iterator = notices.makeAsyncIterator()
      let notice = await iterator.next()
      #expect(notice?.severity == "WARNING")
      #expect(notice?.message == "careful")
      #expect(notice?.hint == "look")
      await connection.close()
    }
  }

  @Test func sessionsHaveOneFormOfText() async throws {
    try await withTestDatabase { configuration in
      var configuration = configuration
      configuration.options = ["timezone": "Europe/Berlin", "search_path": "\"a b\", public"]
      let connection = try await Connection.connect(configuration, logger: testLogger())
      for (setting, value): (String, String) in [
        ("datestyle", "ISO, MDY"), ("timezone", "Europe/Berlin"), ("search_path", "\"a b\", public"),
      ] {
        let row = try await connection.query("SELECT current_setting(\(setting))").single()
        #expect(try row[0, as: String.self] == value)
      }
      await connection.close()
    }
  }

  @Test func aClosedConnectionSaysSo() async throws {
    try await withTestConnection { connection in
      await connection.close()
      await connection.close()
      #expect(!connection.isOpen)
      let error = try await postgresError { try await connection.ping() }
      #expect(error.classification == .connection)
    }
  }

  @Test func manyTasksMayShareAConnection() async throws {
    try await withTestConnection { connection in
      try await withThrowingTaskGroup(of: Int64.self) { group in
        for number in 0..<100 {
          group.addTask { try await connection.query("SELECT \(Int64(number))").single()[0, as: Int64.self] }
        }
        let sum = try await group.reduce(0, +)
        #expect(sum == 4950)
      }
    }
  }

  @Test func cursorsReadInPortions() async throws {
    try await withTestConnection { connection in
      let sizes = try await connection.transaction { connection in
        var sizes: [Int] = []
        for try await rows in connection.cursor("SELECT g FROM generate_series(1, \(Int64(25))) g", fetching: 10) {
          sizes.append(rows.count)
        }
        return sizes
      }
      #expect(sizes == [10, 10, 5])
    }
  }
}
