import Postgres
import Testing

@testable import Capture

/// What is judged of what was read, without a server.
@Suite struct DoctorChecksTests {
  private static func configuration(_ settings: [String: String] = [:]) throws -> ConnectorConfiguration {
    var all = [
      "topic.prefix": "shop", "database.hostname": "h", "database.user": "u", "database.dbname": "d",
      "publication.autocreate.mode": "filtered",
    ]
    all.merge(settings) { $1 }
    return try ConnectorConfiguration(ConnectorFile(name: "c", settings: all))
  }

  private static func facts(_ change: (inout SourceFacts) -> Void = { _ in }) -> SourceFacts {
    let table = EncoderHarness.customers
    var facts = SourceFacts(
      server: .init(
        version: 150_004, walLevel: "logical", isStandby: false, maxSlots: 10, usedSlots: 1, maxSenders: 10, usedSenders: 1,
        slotKeepBytes: 8 << 30, senderTimeout: 60_000),
      role: .init(name: "u", isSuperuser: false, mayReplicate: true, mayCreate: true),
      publication: .init(
        isForAllTables: false, publishesInserts: true, publishesUpdates: true, publishesDeletes: true, publishesTruncates: true,
        isViaRoot: false, isOwned: true, tables: ["public.customers"], partialTables: []),
      slot: nil,
      tables: [.init(description: table, keyColumns: ["id"], isReadable: true, isOwned: true, topic: "shop.public.customers")],
      unloggedTables: [], unmatchedPatterns: [])
    change(&facts)
    return facts
  }

  private static func findings(_ settings: [String: String] = [:], _ change: (inout SourceFacts) -> Void = { _ in }) throws -> [Finding] {
    let configuration = try configuration(settings)
    let facts = facts(change)
    return ServerChecks(facts: facts, configuration: configuration).findings()
      + SlotChecks(facts: facts, configuration: configuration).findings()
      + TableChecks(facts: facts, configuration: configuration).findings()
      + PublicationChecks(facts: facts, configuration: configuration).findings()
  }

  private static func worst(_ findings: [Finding]) -> [Finding] { findings.filter { $0.severity != .ok } }

  @Test func aSourceInOrderHasNothingButOk() throws { #expect(try Self.worst(Self.findings()).isEmpty) }

  struct Case: Sendable, CustomTestStringConvertible {
    var check: String
    var severity: Finding.Severity
    var settings: [String: String] = [:]
    var change: @Sendable (inout SourceFacts) -> Void
    var testDescription: String { "\(check): \(severity)" }
  }

  private static let state = SlotState(plugin: "pgoutput", database: "d", isActive: false, walStatus: "reserved", retainedBytes: 10)

  static let cases: [Case] = [
    Case(check: "server version", severity: .error) { $0.server.version = 130_010 },
    Case(check: "server version", severity: .warning) { $0.server.version = 190_000 },
    Case(check: "server version", severity: .error) { $0.server.isStandby = true },
    Case(check: "wal_level", severity: .error) { $0.server.walLevel = "replica" },
    Case(check: "max_replication_slots", severity: .error) { $0.server.usedSlots = 10 },
    Case(check: "max_wal_senders", severity: .error) { $0.server.usedSenders = 10 },
    Case(check: "max_slot_wal_keep_size", severity: .warning) { $0.server.slotKeepBytes = nil },
    Case(check: "max_slot_wal_keep_size", severity: .warning) { $0.server.slotKeepBytes = 64 << 20 },
    Case(check: "idle_replication_slot_timeout", severity: .warning) { $0.server.idleSlotTimeout = "1d" },
    Case(check: "role", severity: .error) { $0.role.mayReplicate = false },
    Case(check: "role", severity: .warning) { $0.role.isSuperuser = true },
    Case(check: "slot.failover", severity: .warning, settings: ["slot.failover": "true"]) { _ in },
    Case(check: "slot.failover", severity: .warning, settings: ["slot.failover": "true"]) { $0.server.version = 170_000 },
    Case(check: "slot", severity: .error) { facts in
      facts.slot = .init(state: state)
      facts.slot?.state.plugin = "wal2json"
    },
    Case(check: "slot", severity: .error) { facts in
      facts.slot = .init(state: state)
      facts.slot?.state.database = "other"
    },
    Case(check: "slot", severity: .error) { facts in
      facts.slot = .init(state: state)
      facts.slot?.state.walStatus = "lost"
    },
    Case(check: "slot", severity: .error) { $0.slot = .init(state: state, invalidationReason: "idle_timeout") },
    Case(check: "slot", severity: .warning) { facts in
      facts.slot = .init(state: state)
      facts.slot?.state.isActive = true
    },
    Case(check: "slot", severity: .error) { facts in
      facts.offset = StoredOffset(slot: "debezium", snapshot: .completed, systemID: "1")
      facts.offset?.position = CommitPosition(commitLSN: LSN(rawValue: 5), endLSN: LSN(rawValue: 6))
    },
    Case(check: "slot retention", severity: .error) { facts in
      facts.slot = .init(state: state)
      facts.slot?.state.walStatus = "unreserved"
    },
    Case(check: "slot retention", severity: .warning) { facts in
      facts.slot = .init(state: state)
      facts.slot?.state.safeBytes = 1000
    },
    Case(check: "tables", severity: .error) { facts in
      facts.tables = []
      facts.publication?.tables = []
    },
    Case(check: "tables", severity: .warning) { $0.unmatchedPatterns = ["public\\.z.*"] },
    Case(check: "tables", severity: .error) { $0.missingTable = "no such table" },
    Case(check: "unlogged table", severity: .error) { $0.unloggedTables = ["public.scratch"] },
    Case(check: "right to read", severity: .error) { $0.tables[0].isReadable = false },
    Case(check: "records", severity: .error) { $0.tables[0].problem = "no column" },
    Case(check: "replica identity", severity: .error) { $0.tables[0].keyColumns = ["email"] },
    Case(check: "replica identity", severity: .warning) { $0.tables[0].description.identityColumns = [] },
    Case(check: "key", severity: .warning) { facts in
      facts.tables[0].keyColumns = []
      facts.tables[0].description.identity = .full
      facts.tables[0].description.identityColumns = ["id", "email"]
    },
    Case(check: "guardrail.collections.max", severity: .warning, settings: ["guardrail.collections.max": "1"]) {
      $0.tables.append($0.tables[0])
    },
    Case(check: "publication", severity: .error, settings: ["publication.autocreate.mode": "disabled"]) { $0.publication = nil },
    Case(check: "publication", severity: .error, settings: ["publication.autocreate.mode": "all_tables"]) { $0.publication = nil },
    Case(check: "publication", severity: .error) { facts in
      facts.publication = nil
      facts.role.mayCreate = false
    },
    Case(check: "publication", severity: .error) { facts in
      facts.publication = nil
      facts.tables[0].isOwned = false
    },
    Case(check: "publication", severity: .error, settings: ["publication.autocreate.mode": "disabled"]) { $0.publication?.tables = [] },
    Case(check: "publication", severity: .error) { facts in
      facts.publication?.tables = []
      facts.publication?.isOwned = false
    },
    Case(check: "publication", severity: .error) { $0.publication?.isForAllTables = true },
    Case(check: "publication", severity: .warning) { $0.publication?.partialTables = ["public.customers"] },
    Case(check: "publication operations", severity: .error) { $0.publication?.publishesDeletes = false },
    Case(check: "publish.via.partition.root", severity: .error) { $0.publication?.isViaRoot = true },
  ]

  @Test(arguments: cases) func whatIsWrongIsFoundAndSaysWhatToDo(_ wrong: Case) throws {
    let found = try Self.findings(wrong.settings, wrong.change).filter { $0.check == wrong.check && $0.severity == wrong.severity }
    #expect(found.count == 1)
    #expect(found.allSatisfy { $0.advice != nil || $0.check == "server version" })
  }

  @Test func aKeyOutsideTheIdentityIsNoErrorOnceItIsSet() throws {
    let settings = ["message.key.columns": "public.customers:email", "replica.identity.autoset.values": "public.customers:FULL"]
    let found = try Self.findings(settings) { $0.tables[0].keyColumns = ["email"] }
    #expect(!found.contains { $0.severity == .error })
  }

  @Test func operationsThatAreSkippedNeedNotBePublished() throws {
    let found = try Self.findings(["skipped.operations": "d,t"]) { facts in
      facts.publication?.publishesDeletes = false
      facts.publication?.publishesTruncates = false
    }
    #expect(Self.worst(found).isEmpty)
  }

  private static func topics(
    _ topic: TopicFacts, createsTopics: Bool? = true, _ settings: [String: String] = [:], largestRecord: Int = 1_000_000
  ) throws -> [Finding] {
    TopicChecks(
      facts: BrokerFacts(brokers: 1, createsTopics: createsTopics, topics: [topic]), configuration: try configuration(settings),
      largestRecord: largestRecord
    ).findings()
  }

  @Test func topicsAreThereOrCanBeMade() throws {
    let absent = TopicFacts(name: "t", use: .changes(isKeyed: true), partitions: 0)
    #expect(try Self.topics(absent).last?.severity == .ok)
    #expect(try Self.topics(absent, createsTopics: nil).last?.severity == .warning)
    #expect(try Self.topics(absent, createsTopics: false).last?.severity == .error)
    let settings = ["topic.creation.default.partitions": "3", "topic.creation.default.replication.factor": "1"]
    #expect(try Self.topics(absent, createsTopics: false, settings).last?.severity == .ok)
  }

  @Test func cleanupPoliciesFitWhatIsInTheTopic() throws {
    func severity(_ use: TopicFacts.Use, _ policy: String) throws -> Finding.Severity? {
      try Self.topics(TopicFacts(name: "t", use: use, partitions: 1, configuration: ["cleanup.policy": policy])).last?.severity
    }
    #expect(try severity(.changes(isKeyed: true), "compact") == .ok)
    #expect(try severity(.changes(isKeyed: false), "compact") == .error)
    #expect(try severity(.changes(isKeyed: false), "delete") == .ok)
    #expect(try severity(.offsets, "delete") == .error)
    #expect(try severity(.offsets, "compact") == .ok)
  }

  @Test func smallTopicsAndMissingReplicasAreFound() throws {
    let small = TopicFacts(
      name: "t", use: .changes(isKeyed: true), partitions: 1, inSync: 1,
      configuration: ["max.message.bytes": "1000", "min.insync.replicas": "2"])
    let found = try Self.topics(small)
    #expect(found.contains { $0.check == "max.message.bytes" && $0.severity == .warning })
    #expect(found.contains { $0.check == "topic replicas" && $0.severity == .error })
  }

  @Test func aFileSaysAllThatIsWrongWithIt() {
    let file = ConnectorFile(
      name: "c",
      settings: [
        "topic.prefix": "shop", "tabel.include.list": "a.b", "database.port": "many", "snapshot.mode": "sometimes",
        "database.hostname": "h",
        "table.include.list": "a(", "database.dbname": "d",
      ], origin: "f.json")
    let problems = ConnectorConfiguration.problems(of: file).map(\.reason)
    for key in ["tabel.include.list", "database.port", "snapshot.mode", "table.include.list", "database.user"] {
      #expect(problems.contains { $0.contains("\"\(key)\"") }, "\(key)")
    }
    #expect(problems.count == 5)
  }

  @Test func aReportCountsAndIsJSON() throws {
    let report = DoctorReport(
      connector: "c",
      findings: [Finding("a", .ok, "x"), Finding("b", .warning, subject: "s", "y \"z\"", advice: "do"), Finding("c", .unknown, "q")])
    #expect(report.exitCode == 1)
    let json = try JSONDocument(parsing: Array(report.json.utf8))
    #expect(json["warnings"]?.integer == 1)
    var failed = report
    failed.findings.append(Finding("d", .error, "w"))
    #expect(failed.exitCode == 2)
  }
}
