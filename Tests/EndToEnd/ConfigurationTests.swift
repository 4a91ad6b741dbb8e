import Foundation
import Runtime
import Testing

extension EndToEndTests {
  /// What is wrong on the command line and in files: 64 and 78, before anything is connected.
  @Suite struct ConfigurationTests {
    struct Case: CustomTestStringConvertible, Sendable {
      var testDescription: String
      var text: String
      var words: [String]

      init(_ description: String, _ text: String, _ words: [String]) {
        (testDescription, self.text, self.words) = (description, text, words)
      }
    }

    private func run(_ words: [String], in folder: URL, environment: [String: String] = [:]) throws -> ProgramRun {
      try ProgramRun(words.first ?? "sluice", [try SluiceBinary.path()] + words, in: folder, environment: environment)
    }

    static let connectors = [
      Case(
        "an unknown key", #"{"name": "c", "config": {"topic.prefix": "x", "tabel.include.list": "public.t"}}"#,
        ["connector.json", "tabel.include.list", "not known", "table.include.list"]),
      Case(
        "a value that cannot be honoured", #"{"name": "c", "config": {"topic.prefix": "x", "queue.provider.type": "disk"}}"#,
        ["connector.json", "queue.provider.type", "disk", "memory"]),
      Case(
        "a number that is none", #"{"name": "c", "config": {"topic.prefix": "x", "database.port": "many"}}"#,
        ["connector.json", "database.port", "many", "65535"]),
      Case("no JSON", "{\"name\": \"c\",\n  \"config\": {\"topic.prefix\" = \"x\"}}", ["connector.json:2:", "not JSON"]),
      Case("no connector", #"["topic.prefix"]"#, ["connector.json", "name", "config"]),
      Case(
        "a key that is missing",
        #"{"name": "c", "config": {"topic.prefix": "x", "database.hostname": "127.0.0.1", "database.user": "u"}}"#,
        ["connector.json", "database.dbname", "missing"]),
      Case(
        "a secret that is not there",
        #"{"name": "c", "config": {"topic.prefix": "x", "database.password": "${env:NO_SUCH_VARIABLE}"}}"#,
        ["connector.json", "database.password", "NO_SUCH_VARIABLE"]),
    ]

    @Test(arguments: connectors) func aConnectorFile(_ wrong: Case) async throws {
      try await Installation.withFolder { folder in
        let file = folder.appendingPathComponent("connector.json")
        try wrong.text.write(to: file, atomically: true, encoding: .utf8)
        try await expectOneLine(run(["capture", "--connector", file.path], in: folder), code: .configuration, naming: wrong.words)
      }
    }

    static let files = [
      Case("an unknown key", "log:\n  level: info\nsyncer:\n  batchsize: 10\n", ["sluice.yaml:4", "batchsize", "batch_size"]),
      Case(
        "a wrong value", "log:\n  level: info\nsyncer:\n  batch_size: many\n", ["sluice.yaml:4", "syncer.batch_size", "many", "100000"]),
      Case(
        "a secret in the file", "write:\n  database:\n    password: hunter2\n", ["sluice.yaml:3", "write.database.password", "SLUICE_"]),
      Case("no YAML", "syncer: [\n", ["sluice.yaml:"]),
    ]

    @Test(arguments: files) func theConfigurationFile(_ wrong: Case) async throws {
      try await Installation.withFolder { folder in
        try wrong.text.write(to: folder.appendingPathComponent("sluice.yaml"), atomically: true, encoding: .utf8)
        for daemon in ["command", "query", "syncer"] {
          // Found in the working directory.
          let line = try await expectOneLine(run([daemon], in: folder), code: .configuration, naming: ["sluice \(daemon): "] + wrong.words)
          #expect(!line.contains("hunter2"))
        }
      }
    }

    @Test func theEnvironmentAndFlags() async throws {
      try await Installation.withFolder { folder in
        try await expectOneLine(
          run(["query"], in: folder, environment: ["SLUICE_QUERY_LISTEN": "nowhere"]), code: .configuration,
          naming: ["SLUICE_QUERY_LISTEN", "nowhere", "host:port"])
        try await expectOneLine(
          run(["query"], in: folder, environment: ["SLUICE_QUERY_LISTNE": "127.0.0.1:1"]), code: .configuration,
          naming: ["SLUICE_QUERY_LISTNE", "no such setting", "SLUICE_QUERY_LISTEN"])
        try await expectOneLine(
          run(["query", "--set", "query.max_page_size=0"], in: folder), code: .configuration,
          naming: ["--set", "query.max_page_size", "1000"])
        try await expectOneLine(
          run(["syncer", "--config", "/nowhere/sluice.yaml"], in: folder), code: .configuration,
          naming: ["/nowhere/sluice.yaml", "not exist"])
        try await expectOneLine(run(["syncer"], in: folder), code: .configuration, naming: ["syncer.topics", "--topic"])
        try await expectOneLine(
          run(["syncer", "--topic", "t", "--set", "kafka.extra.socket.timeout=1"], in: folder), code: .configuration,
          naming: ["socket.timeout"])
      }
    }

    static let usages: [[String]] = [
      ["frobnicate"], ["capture", "--frobnicate"], ["capture"], ["capture", "--to", "nowhere", "--connector", "c.json"],
      ["capture", "--stop-when-idle", "soon"], ["syncer", "extra"], ["broker", "--partitions", "few"],
    ]

    @Test(arguments: usages) func usage(_ words: [String]) async throws {
      try await Installation.withFolder { folder in
        let run = try run(words, in: folder)
        try await expectOneLine(run, code: .usage, naming: ["Error: "])
        #expect(run.errors.contains("sluice"))
      }
    }
  }
}
