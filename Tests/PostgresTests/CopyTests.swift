import Postgres
import TestSupport
import Testing

@Suite struct CopyTests {
  private struct Refused: Error {}

  @Test func nullAndEmptyStayApartBothWays() async throws {
    try await withTestConnection { connection in
      try await connection.execute("CREATE TABLE t (id int, a text)")
      let rows: [[String?]] = [["1", nil], ["2", ""], ["3", "\\N"], ["4", "tab\tnew\nline\\"], [nil, "ü"]]
      let count = try await connection.copyIn("COPY t FROM STDIN") { writer in
        for row in rows { try await writer.write(row: row) }
      }
      #expect(count == 5)
      let nulls = try await connection.query("SELECT id FROM t WHERE a IS NULL")
      #expect(try nulls.map { try $0[0, as: Int?.self] } == [1])
      #expect(try await connection.query("SELECT 1 FROM t WHERE a = '\\N'").count == 1)
      var read: [[String?]] = []
      for try await chunk in connection.copyOut("COPY (SELECT id, a FROM t ORDER BY id) TO STDOUT") {
        CopyText.forEachRow(in: chunk) { fields in read.append(fields.map { $0.map { String(decoding: $0, as: UTF8.self) } }) }
      }
      #expect(read == rows)
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }

  /// Else a table that is larger than the memory could not be read slowly.
  @Test func theServerWaitsWhileTheReaderDoes() async throws {
    try await withTestConnection { connection in
      try await withTestConnection { observer in
        let process = connection.backendPID
        var samples: [String?] = []
        for try await _ in connection.copyOut("COPY (SELECT repeat('x', 1000) FROM generate_series(1, 200000)) TO STDOUT") {
          guard samples.isEmpty else { continue }
          // 200 MB are a matter of a second or so for somebody who takes them.
          for _ in 0..<40 {
            _ = try await observer.query("SELECT pg_sleep(0.05)::text")
            let activity = try await observer.query("SELECT wait_event FROM pg_stat_activity WHERE pid = \(Int64(process))")
            samples.append(try activity.single()[0, as: String?.self])
          }
        }
        #expect(samples.count == 40 && samples.suffix(20).allSatisfy { $0 == "ClientWrite" })
      }
    }
  }

  @Test func manyRowsGoInPieces() async throws {
    try await withTestConnection { connection in
      try await connection.execute("CREATE TABLE t (id int, a text)")
      let count = try await connection.copyIn("COPY t FROM STDIN") { writer in
        for number in 0..<50_000 { try await writer.write(Array("\(number)\tsome text\n".utf8)) }
      }
      #expect(count == 50_000)
      var chunks = 0
      var rows = 0
      for try await chunk in connection.copyOut("COPY t TO STDOUT") {
        chunks += 1
        #expect(chunk.last == UInt8(ascii: "\n"))
        rows += chunk.count { $0 == UInt8(ascii: "\n") }
      }
      #expect(rows == 50_000)
      #expect(chunks > 5)
    }
  }

  @Test func badDataAndAThrowingBodyLeaveNothing() async throws {
    try await withTestConnection { connection in
      try await connection.execute("CREATE TABLE t (id int)")
      let error = try await postgresError {
        _ = try await connection.copyIn("COPY t FROM STDIN") { try await $0.write(Array("1\nnot a number\n".utf8)) }
      }
      #expect(error.sqlState?.rawValue == "22P02")
      #expect(error.context?.contains("line 2") == true)
      await #expect(throws: Refused.self) {
        _ = try await connection.copyIn("COPY t FROM STDIN") { writer in
          try await writer.write(Array("1\n".utf8))
          throw Refused()
        }
      }
      #expect(try await connection.query("SELECT * FROM t").isEmpty)
      #expect(connection.transactionStatus == .idle)
    }
  }

  @Test func errorsAtTheStartAreTold() async throws {
    try await withTestConnection { connection in
      let missing = try await postgresError { _ = try await connection.copyIn("COPY nosuch FROM STDIN") { _ in } }
      #expect(missing.sqlState == .undefinedTable)
      let outMissing = try await postgresError { for try await _ in connection.copyOut("COPY nosuch TO STDOUT") {} }
      #expect(outMissing.sqlState == .undefinedTable)
      let wrongWay = try await postgresError { for try await _ in connection.copyOut("SELECT 1") {} }
      #expect(wrongWay.origin == .misuse)
      try await connection.execute("CREATE TABLE t (id int)")
      let inverted = try await postgresError { _ = try await connection.copyIn("COPY t TO STDOUT") { _ in } }
      #expect(inverted.origin == .misuse)
      let binds = try await postgresError { _ = try await connection.copyIn("COPY t FROM STDIN WHERE id = \(Int64(1))") { _ in } }
      #expect(binds.origin == .misuse)
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }

  @Test func errorsInTheMiddleOfCopyOutAreTold() async throws {
    try await withTestConnection { connection in
      let error = try await postgresError {
        for try await _ in connection.copyOut("COPY (SELECT 1 / (5000 - g) FROM generate_series(1, 10000) g) TO STDOUT", chunkSize: 100) {}
      }
      #expect(error.sqlState?.rawValue == "22012")
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }

  @Test func aReaderMayLeaveEarly() async throws {
    try await withTestConnection { connection in
      for try await _ in connection.copyOut("COPY (SELECT g FROM generate_series(1, 100000000) g) TO STDOUT") { break }
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }

  @Test func aCopyWhoseConnectionDiesFails() async throws {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: testLogger())
      let other = try await Connection.connect(configuration, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int)")
      let error = try await postgresError {
        _ = try await connection.copyIn("COPY t FROM STDIN") { writer in
          try await other.execute("SELECT pg_terminate_backend(\(connection.backendPID)::int)")
          try await eventually("the end of the backend") {
            try await other.query("SELECT 1 FROM pg_stat_activity WHERE pid = \(connection.backendPID)").isEmpty
          }
          for _ in 0..<10 { try await writer.write([UInt8](repeating: UInt8(ascii: "\n"), count: 65_536)) }
        }
      }
      #expect(error.classification == .connection)
      #expect(!connection.isOpen)
      await other.close()
    }
  }
}
