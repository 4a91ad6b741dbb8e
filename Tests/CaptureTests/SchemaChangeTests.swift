import Postgres
import TestSupport
import Testing

@testable import Capture

/// Tables that change under a running capture: nobody starts it again.
@Suite struct SchemaChangeTests {
  private static let settings = ["snapshot.mode": "no_data", "extended.headers.enabled": "false", "tombstones.on.delete": "false"]

  /// Runs statements under a capture and gives `key` and `after` of the records, cut out of their lines.
  private func records(
    after schema: [Query], then changes: [Query], count: Int, settings: [String: String] = [:], on server: TestPostgres = .shared
  ) async throws -> [String] {
    try await withTestDatabase(on: server) { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      for statement in schema { try await connection.execute(statement) }
      let sink = CollectingSink()
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database, Self.settings.merging(settings) { $1 }), sink: sink,
        offsets: MemoryOffsetStore(), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        for statement in changes { try await connection.execute(statement) }
        try await eventually("\(count) records") { sink.lines.count >= count }
      }
      await connection.close()
      #expect(engine.status.reconnects == 0)
      return sink.lines
    }
  }

  private static func part(_ line: String, from: String, to: String) -> String {
    guard let start = line.range(of: from), let end = line.range(of: to, range: start.upperBound..<line.endIndex) else { return line }
    return String(line[start.upperBound..<end.lowerBound])
  }
  private static func after(_ line: String) -> String { part(line, from: "\"after\":", to: ",\"source\"") }
  private static func key(_ line: String) -> String { part(line, from: "\"key\":", to: ",\"headers\"") }
  private static func topic(_ line: String) -> String { part(line, from: "\"topic\":\"", to: "\"") }

  @Test func aDefaultThatTheModeCannotHoldIsNoDefault() async throws {
    let lines = try await records(
      after: ["CREATE TABLE t (id int PRIMARY KEY, at timestamp NOT NULL DEFAULT '9999-12-31', n numeric DEFAULT 'NaN')"],
      then: ["INSERT INTO t VALUES (1, '1970-01-01 00:00:01', NULL)"], count: 1, settings: ["time.precision.mode": "nanoseconds"])
    #expect(lines.map(Self.after) == [#"{"id":1,"at":1000000000,"n":null}"#])
  }

  @Test func columnsMayComeGoAndChangeNameAndType() async throws {
    let lines = try await records(
      after: ["CREATE TABLE t (id int PRIMARY KEY, a text, b int)"],
      then: [
        "INSERT INTO t VALUES (1, 'x', 5)",
        "ALTER TABLE t ADD COLUMN c numeric(6,2) NOT NULL DEFAULT 1.5",
        "INSERT INTO t VALUES (2, 'x', 5, 2)",
        "ALTER TABLE t DROP COLUMN a",
        "INSERT INTO t VALUES (3, 5, 3)",
        "ALTER TABLE t RENAME COLUMN b TO \"Größe\"",
        "INSERT INTO t VALUES (4, 5, 4)",
        "ALTER TABLE t ALTER COLUMN \"Größe\" TYPE text USING 'n' || \"Größe\"",
        "INSERT INTO t VALUES (5, 'many', 5)",
      ], count: 5, settings: ["decimal.handling.mode": "string"])
    #expect(
      lines.map(Self.after) == [
        #"{"id":1,"a":"x","b":5}"#, #"{"id":2,"a":"x","b":5,"c":"2.00"}"#, #"{"id":3,"b":5,"c":"3.00"}"#, #"{"id":4,"Größe":5,"c":"4.00"}"#,
        #"{"id":5,"Größe":"many","c":"5.00"}"#,
      ])
  }

  @Test func aTableMayBeRenamedAndItsKeyChanged() async throws {
    let lines = try await records(
      after: ["CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL)"],
      then: [
        "INSERT INTO t VALUES (1, 'a')",
        "ALTER TABLE t RENAME TO u",
        "ALTER TABLE u DROP CONSTRAINT t_pkey",
        "ALTER TABLE u ADD PRIMARY KEY (code)",
        "INSERT INTO u VALUES (2, 'b')",
      ], count: 2)
    #expect(lines.map(Self.topic) == ["golden.public.t", "golden.public.u"])
    #expect(lines.map(Self.key) == [#"{"id":1}"#, #"{"code":"b"}"#])
  }

  @Test func whatWasWrittenBeforeAChangeIsReadAsItWasThen() async throws {
    // Everything is committed before the stream gets to it: the catalogue says only how it is in the end.
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY, a text)")
      let configuration = try CaptureRun.configuration(database, Self.settings)
      let offsets = MemoryOffsetStore()
      let first = CaptureEngine(configuration: configuration, sink: CollectingSink(), offsets: offsets, logger: testLogger())
      try await CaptureRun.with(first) { try await CaptureRun.streaming(first) }
      for statement: Query in [
        "INSERT INTO t VALUES (1, 'x')", "ALTER TABLE t RENAME COLUMN id TO number", "ALTER TABLE t DROP COLUMN a",
        "INSERT INTO t VALUES (2)", "DROP TABLE t", "CREATE TABLE t (other text PRIMARY KEY)", "INSERT INTO t VALUES ('z')",
      ] { try await connection.execute(statement) }
      let sink = CollectingSink()
      let second = CaptureEngine(configuration: configuration, sink: sink, offsets: offsets, logger: testLogger())
      try await CaptureRun.with(second) { try await eventually("3 records") { sink.lines.count >= 3 } }
      await connection.close()
      #expect(sink.lines.map(Self.key) == [#"{"id":1}"#, #"{"number":2}"#, #"{"other":"z"}"#])
      #expect(sink.lines.map(Self.after) == [#"{"id":1,"a":"x"}"#, #"{"number":2}"#, #"{"other":"z"}"#])
    }
  }

  @Test func anEnumerationMayGetALabelAndATableANewType() async throws {
    let lines = try await records(
      after: ["CREATE TYPE mood AS ENUM ('sad')", "CREATE TABLE t (id int PRIMARY KEY, m mood)"],
      then: [
        "INSERT INTO t VALUES (1, 'sad')", "ALTER TYPE mood ADD VALUE 'happy' BEFORE 'sad'", "INSERT INTO t VALUES (2, 'happy')",
        "CREATE TYPE size AS ENUM ('s')", "ALTER TABLE t ADD COLUMN s size[]", "INSERT INTO t VALUES (3, 'happy', '{s}')",
      ], count: 3)
    #expect(lines.map(Self.after) == [#"{"id":1,"m":"sad"}"#, #"{"id":2,"m":"happy"}"#, #"{"id":3,"m":"happy","s":["s"]}"#])
  }

  @Test func theSchemaOfAnEnumerationHasItsNewLabel() async throws {
    let lines = try await records(
      after: ["CREATE TYPE mood AS ENUM ('sad')", "CREATE TABLE t (id int PRIMARY KEY, m mood)"],
      then: [
        "INSERT INTO t VALUES (1, 'sad')", "ALTER TYPE mood ADD VALUE 'happy'", "INSERT INTO t VALUES (2, 'happy')",
      ], count: 2, settings: ["value.converter": ConnectorKeys.jsonConverter, "value.converter.schemas.enable": "true"])
    #expect(lines[0].contains(#""allowed":"sad""#))
    #expect(lines[1].contains(#""allowed":"sad,happy""#))
  }

  @Test(arguments: [false, true]) func partitionsAreTablesOrTheirRoot(_ viaRoot: Bool) async throws {
    let lines = try await records(
      after: [
        "CREATE TABLE t (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)",
        "CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
      ],
      then: [
        "INSERT INTO t VALUES (1, '2020-05-05')",
        "CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')",
        "INSERT INTO t VALUES (2, '2021-05-05')",
        // From one partition to the other.
        "UPDATE t SET day = '2021-06-06' WHERE id = 1",
        "DELETE FROM t WHERE id = 2",
      ], count: 5, settings: ["publish.via.partition.root": "\(viaRoot)", "time.precision.mode": "isostring"])
    let topics = lines.map(Self.topic)
    #expect(
      topics
        == (viaRoot ? Array(repeating: "golden.public.t", count: 5) : ["t_1", "t_2", "t_1", "t_2", "t_2"].map { "golden.public." + $0 }))
    #expect(Self.key(lines[0]).hasPrefix(#"{"id":1,"day":"2020-05-05"#))
    #expect(Self.key(lines[4]).hasPrefix(#"{"id":2,"day":"2021-05-05"#))
  }

  @Test func replicaIdentitiesDecideWhatIsKnownOfTheOldRow() async throws {
    let lines = try await records(
      after: [
        "CREATE TABLE by_index (id int PRIMARY KEY, code text NOT NULL, x int)", "CREATE UNIQUE INDEX by_code ON by_index (code)",
        "ALTER TABLE by_index REPLICA IDENTITY USING INDEX by_code",
        "CREATE TABLE no_key (a int, b text)", "ALTER TABLE no_key REPLICA IDENTITY FULL",
        "CREATE TABLE nothing (id int PRIMARY KEY)", "ALTER TABLE nothing REPLICA IDENTITY NOTHING",
      ],
      then: [
        "INSERT INTO by_index VALUES (1, 'a', 7)", "DELETE FROM by_index",
        "INSERT INTO no_key VALUES (1, 'x')", "UPDATE no_key SET b = 'y'", "DELETE FROM no_key",
        "INSERT INTO nothing VALUES (9)",
      ], count: 6)
    #expect(Self.part(lines[1], from: "\"before\":", to: ",\"after\"") == #"{"id":0,"code":"a","x":null}"#)
    #expect(Self.part(lines[3], from: "\"before\":", to: ",\"source\"") == #"{"a":1,"b":"x"},"after":{"a":1,"b":"y"}"#)
    #expect(lines[2...4].allSatisfy { Self.key($0) == "null" })
    #expect(Self.key(lines[5]) == #"{"id":9}"#)
  }

  @Test func identitiesAreSetAsTheFileSays() async throws {
    let lines = try await records(
      after: ["CREATE TABLE a (id int PRIMARY KEY, x text)", "CREATE TABLE b (id int PRIMARY KEY, x text)"],
      then: ["INSERT INTO a VALUES (1, 'a')", "DELETE FROM a", "INSERT INTO b VALUES (1, 'b')", "DELETE FROM b"], count: 4,
      settings: ["replica.identity.autoset.values": "public\\.a:FULL"])
    #expect(Self.part(lines[1], from: "\"before\":", to: ",\"after\"") == #"{"id":1,"x":"a"}"#)
    #expect(Self.part(lines[3], from: "\"before\":", to: ",\"after\"") == #"{"id":1,"x":null}"#)
  }

  @Test func moreTablesThanTheGuardrailAllowsAreAnErrorWhereAsked() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE a (id int PRIMARY KEY)")
      try await connection.execute("CREATE TABLE b (id int PRIMARY KEY)")
      await connection.close()
      let settings = ["guardrail.collections.max": "1", "guardrail.collections.limit.action": "fail"]
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database, settings), sink: CollectingSink(), offsets: MemoryOffsetStore(),
        logger: testLogger())
      let error = await #expect(throws: CaptureError.self) { try await engine.run() }
      #expect(error?.category == .configuration)
      #expect(error?.reason.contains("guardrail.collections.max") == true)
    }
  }
}
