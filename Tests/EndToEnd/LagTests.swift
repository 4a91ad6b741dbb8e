import Foundation
import Kafka
import Syncer
import TestSupport
import Testing

extension EndToEndTests {
  /// What operators see: lag, topics and groups.
  @Suite struct LagTests {
    private struct Report: Decodable {
      var groups: [GroupLag]
      var breaches: [String]?
    }

    private func report(_ run: ProgramRun, code: Int32 = 0) async throws -> Report {
      #expect(try await run.exit() == .code(code), "\(run.tail)")
      return try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
    }

    @Test func aSyncersLagIsToldByItselfAndByItsDatabaseWhenItIsGone() async throws {
      try await Installation.with(tables: ["accounts"]) { installation in
        try await installation.connected(installation.write) { connection in
          try await Ledger.create(on: connection)
          try await Ledger.addAccounts(1...50, on: connection)
        }
        let connector = try installation.connector(tables: ["accounts"])
        let capture = try installation.capture(connector)
        let topic = installation.topic("accounts")
        let syncer = try installation.syncer(connector, topics: [topic])
        try await syncer.http.ready()
        let words = ["lag", "--group", installation.group, "--json", "--syncer", "127.0.0.1:\(syncer.http.port)"]
        var told: GroupLag?
        try await eventually(within: .seconds(30), "no lag, told by the syncer") {
          told = try await report(try installation.sluice(words)).groups.first
          return told?.partitions.count == Broker.partitions && told?.sumLag == 0
            && told?.partitions.allSatisfy { $0.state == "active" } == true
            && told?.partitions.reduce(0) { $0 + ($1.committed ?? 0) } == 50
        }
        #expect(told?.state == "Stable")
        #expect(told?.status == .ok)
        #expect(told?.partitions.allSatisfy { $0.seconds == 0 && $0.commitSeconds == 0 && $0.owner?.member != nil } == true)
        let http = try await syncer.http.get("/v1/lag?topic=\(topic)")
        #expect(http.status == 200)
        #expect(http.member("group") == installation.group)

        // Its group is not there any more, its offsets are; what came after is lag, and nobody works at it.
        #expect(try await syncer.run.terminate() == .code(0))
        try await installation.connected(installation.write) { try await Ledger.addAccounts(51...80, on: $0) }
        try await eventually(within: .seconds(30), "30 records of lag") {
          let lag = try await report(try installation.sluice(words)).groups.first
          return lag?.sumLag == 30 && lag?.state == "Empty" && lag?.status == .error
            && lag?.partitions.allSatisfy { $0.lag == 0 || ($0.seconds ?? -1) >= 0 && $0.status == .stop } == true
        }
        let check = try installation.sluice(words + ["--check", "--max-lag", "1"])
        let failed = try await report(check, code: 2)
        #expect(failed.breaches?.contains { $0.contains("records behind, more than 1") } == true, "\(failed.breaches ?? [])")
        #expect(failed.breaches?.contains { $0.contains("status STOP") } == true)
        #expect(check.errorLines.count == failed.breaches?.count)
        let table = try installation.sluice(["lag", "--group", installation.group, "--once", "--kafka-only"])
        #expect(try await table.exit() == .code(0))
        #expect(table.outputLines.dropFirst().first?.split(separator: " ").first == "TOPIC")
        #expect(table.outputLines.count == 2 + Broker.partitions)
        #expect(!table.output.contains("\u{1B}"))
        #expect(try await capture.run.terminate() == .code(0))
      }
    }

    @Test func aGroupThatIsNotThereFailsTheCheck() async throws {
      try await Installation.with { installation in
        let run = try installation.sluice(["lag", "--group", "nobody", "--kafka-only", "--check", "--json"])
        #expect(try await report(run, code: 2).breaches == ["group nobody: there is no such group"])
        try await expectOneLine(
          try installation.sluice(["lag", "--once", "--watch", "1"]), code: .usage, naming: ["--once", "--watch"])
      }
    }

    @Test func watchingPrintsOneObjectALine() async throws {
      try await Installation.with { installation in
        let run = try installation.sluice(["lag", "--all-groups", "--kafka-only", "--watch", "0.1", "--json"])
        try await eventually("three looks") { run.outputLines.count >= 3 }
        run.send(SIGTERM)
        _ = try await run.exit()
        for line in run.outputLines.prefix(3) { _ = try JSONDecoder().decode(Report.self, from: Data(line.utf8)) }
      }
    }

    @Test func topicsFromTheirCreationToTheirEnd() async throws {
      try await Installation.with { installation in
        func run(_ words: String..., code: Int32 = 0) async throws -> String {
          let run = try installation.sluice(["topics"] + words)
          #expect(try await run.exit() == .code(code), "\(run.tail)")
          return code == 0 ? run.output : run.errors
        }
        let topic = uniqueTopic("tool")
        #expect(try await run("create", topic, "--partitions", "3", "--topic-config", "cleanup.policy=compact") == "created \(topic)\n")
        #expect(try await run("create", topic, code: 1).contains("already exists"))
        #expect(try await run("create", topic, "--if-not-exists") == "\(topic) is there already\n")
        try await installation.broker.produce([ProducerRecord(topic: topic, key: [1], value: [2])])
        let described = try await run("describe", topic)
        #expect(described.hasPrefix("topic \(topic)  3 partitions, 1 records\n  cleanup.policy=compact\n"), "\(described)")
        #expect(try await run("list", "--json").contains("\"\(topic)\""))
        _ = try await run("alter", topic, "--partitions", "5", "--topic-config", "retention.ms=-1")
        let altered = try await run("describe", topic, "--json")
        #expect(altered.contains(#""retention.ms" : "-1""#) && altered.contains(#""cleanup.policy" : "compact""#), "\(altered)")
        #expect(altered.contains(#""partition" : 4"#))
        #expect(try await run("delete", topic, code: 64).contains("repeat with --yes"))
        #expect(try await run("delete", topic, "--yes") == "deleted \(topic)\n")
        #expect(try await run("describe", topic, code: 1).contains("there is no topic \(topic)"))
      }
    }

    @Test func groupsWithTheirMembersAndOffsets() async throws {
      try await Installation.with { installation in
        func run(_ words: String..., code: Int32 = 0) async throws -> String {
          let run = try installation.sluice(["groups"] + words)
          #expect(try await run.exit() == .code(code), "\(run.tail)")
          return code == 0 ? run.output : run.errors
        }
        let topic = uniqueTopic("tool")
        let admin = try Admin(
          configuration: AdminConfiguration(bootstrapServers: installation.broker.bootstrapServers), logger: testLogger("admin"))
        try await admin.createTopic(NewTopic(topic, partitions: 1))
        let group = installation.group
        _ = try await admin.alterGroupOffsets(group, [TopicPartition(topic: topic, partition: 0): 0])
        #expect(try await run("list").contains(group))
        #expect(try await run("list", "--json").contains(#""state" : "Empty""#))
        let described = try await run("describe", group)
        #expect(described.hasPrefix("group \(group)  Empty, 0 members\n"), "\(described)")
        #expect(described.contains(topic))
        #expect(try await run("delete", group, code: 64).contains("repeat with --yes"))
        #expect(try await run("delete", group, "--yes") == "deleted \(group)\n")
        #expect(try await run("describe", group, code: 1).contains("there is no group \(group)"))
        _ = try await admin.deleteTopics([topic])
      }
    }
  }
}
