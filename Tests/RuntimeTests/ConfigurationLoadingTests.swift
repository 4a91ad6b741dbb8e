import Foundation
import Testing

@testable import Runtime

@Suite struct ConfigurationLoadingTests {
  @Test func defaultsHoldWithoutAFile() throws {
    let configuration = try ConfigurationLoader.load(environment: [:])
    #expect(configuration[Keys.Command.http.listen] == HostPort(host: "127.0.0.1", port: 8080))
    #expect(configuration[Keys.Query.http.listen].port == 8081)
    #expect(configuration[Keys.Capture.listen].port == 8083)
    #expect(configuration[Keys.Syncer.listen].port == 8084)
    #expect(configuration[Keys.Syncer.deadLetterSuffix] == ".dlq")
    #expect(configuration[Keys.Write.database.url] == nil)
    #expect(configuration.origin(of: Keys.Log.level) == .byDefault)
    #expect(Configuration()[Keys.Syncer.batchSize] == Keys.Syncer.batchSize.defaultValue)
  }

  @Test func flagsWinOverEnvironmentOverFileOverDefault() throws {
    let yaml = "syncer:\n  group: file\n  instance_id: file\n  batch_size: 10\nlog:\n  level: debug\n"
    let configuration = try TemporaryFile.with(yaml) { path in
      try ConfigurationLoader.load(
        file: path, environment: ["SLUICE_SYNCER_GROUP": "environment", "SLUICE_SYNCER_BATCH_SIZE": "20"],
        overrides: ["syncer.group=flag", "syncer.group=flag2"])
    }
    #expect(configuration[Keys.Syncer.group] == "flag2")
    #expect(configuration[Keys.Syncer.batchSize] == 20)
    #expect(configuration[Keys.Syncer.instanceID] == "file")
    #expect(configuration[Keys.Log.level] == .debug)
    #expect(configuration.origin(of: Keys.Syncer.batchSize) == .environment(name: "SLUICE_SYNCER_BATCH_SIZE"))
  }

  @Test func everyTypeIsRead() throws {
    let yaml = """
      kafka:
        bootstrap_servers: [b1:9092, "b2:9093"]
        extra:
          socket.timeout.ms: 100
          nested: {a: {b: c}}
      syncer.batch_bytes: 4MiB
      syncer:
        topics: [a, ^b.*]
        fetch_wait: 1s500ms
        retry: {multiplier: 1.5}
        dead_letter: {suffix: .dead}
        unknown_records: skip
      command: {listen: "[::1]:0"}
      """
    let configuration = try TemporaryFile.with(yaml) {
      try ConfigurationLoader.load(file: $0, environment: [:], overrides: ["kafka.extra.x.y=1=2"])
    }
    #expect(configuration[Keys.Kafka.bootstrapServers] == "b1:9092,b2:9093")
    #expect(configuration[Keys.Kafka.extra] == ["socket.timeout.ms": "100", "nested.a.b": "c", "x.y": "1=2"])
    #expect(configuration[Keys.Syncer.batchBytes] == .mebibytes(4))
    #expect(configuration[Keys.Syncer.topics] == ["a", "^b.*"])
    #expect(configuration[Keys.Syncer.fetchWait] == .milliseconds(1500))
    #expect(configuration[Keys.Syncer.retryMultiplier] == 1.5)
    #expect(configuration[Keys.Syncer.deadLetterSuffix] == ".dead")
    #expect(configuration[Keys.Syncer.unknownRecords] == .skip)
    #expect(configuration[Keys.Command.http.listen] == HostPort(host: "::1", port: 0))
  }

  @Test func listsAndMappingsComeFromTheEnvironmentToo() throws {
    let configuration = try ConfigurationLoader.load(
      environment: ["SLUICE_SYNCER_TOPICS": "a, b", "SLUICE_KAFKA_EXTRA": "x=1, y=2", "SLUICE_SYNCER_MIRRORS": ""])
    #expect(configuration[Keys.Syncer.topics] == ["a", "b"])
    #expect(configuration[Keys.Kafka.extra] == ["x": "1", "y": "2"])
    #expect(configuration[Keys.Syncer.mirrors] == [])
  }

  @Test func relativePathsOfAFileAreRelativeToIt() throws {
    let yaml = "syncer:\n  mirrors: [connectors/a.json, /abs/b.json]\nup:\n  data_folder: data\n"
    try TemporaryFile.with(yaml) { path in
      let folder = (path as NSString).deletingLastPathComponent
      let configuration = try ConfigurationLoader.load(file: path, environment: ["SLUICE_READ_DATABASE_PASSWORD_FILE": "rel"])
      #expect(configuration[Keys.Syncer.mirrors] == [folder + "/connectors/a.json", "/abs/b.json"])
      #expect(configuration[Keys.Up.dataFolder] == folder + "/data")
      #expect(configuration[Keys.Read.database.passwordFile] == "rel")
    }
  }

  @Test func emptyFilesAndSectionsSetNothing() throws {
    for yaml in ["", "# nothing\n", "---\n", "syncer:\nlog:\n"] {
      _ = try TemporaryFile.with(yaml) { try ConfigurationLoader.load(file: $0, environment: [:]) }
    }
  }

  @Test func variablesOfKubernetesAndOfTestsAreLeftAlone() throws {
    _ = try ConfigurationLoader.load(environment: [
      "SLUICE_COMMAND_SERVICE_HOST": "10.0.0.1", "SLUICE_COMMAND_SERVICE_PORT_HTTP": "80", "SLUICE_COMMAND_PORT": "tcp://10.0.0.1:80",
      "SLUICE_COMMAND_PORT_80_TCP_ADDR": "10.0.0.1", "SLUICE_TEST_POSTGRES_URL": "postgres://", "HOME": "/root",
    ])
  }

  @Test func aURLOfTheEnvironmentReplacesTheFilesHost() throws {
    let configuration = try TemporaryFile.with("write:\n  database:\n    host: db\n") { path in
      try ConfigurationLoader.load(file: path, environment: ["SLUICE_WRITE_DATABASE_URL": "postgres://u:p@h/d"])
    }
    #expect(configuration[Keys.Write.database.url] == "postgres://u:p@h/d")
  }

  @Test func secretsComeFromEnvironmentOrFileAndAreNotShown() throws {
    let direct = try ConfigurationLoader.load(environment: ["SLUICE_WRITE_DATABASE_PASSWORD": "hunter2"])
    let settings = try DatabaseSettings(direct, Keys.Write.database)
    #expect(settings.password?.exposed == "hunter2")
    #expect(!"\(settings)".contains("hunter2"))
    var dumped = ""
    dump(settings, to: &dumped)
    #expect(!dumped.contains("hunter2"))
    #expect(direct.entries.first { $0.key == "write.database.password" }?.value == "***")

    try TemporaryFile.with("from file\r\n", name: "secret") { path in
      let configuration = try ConfigurationLoader.load(environment: ["SLUICE_READ_DATABASE_PASSWORD_FILE": path])
      #expect(try DatabaseSettings(configuration, Keys.Read.database).password?.exposed == "from file")
    }
    let missing = try ConfigurationLoader.load(environment: ["SLUICE_READ_DATABASE_PASSWORD_FILE": "/nonexistent/secret"])
    let error = #expect(throws: ConfigurationError.self) { try DatabaseSettings(missing, Keys.Read.database) }
    #expect(error?.description.contains("read.database.password_file = \"/nonexistent/secret\"") == true)
  }

  @Test func aNeededKeySaysHowToSetIt() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration().require(Keys.Syncer.instanceID, because: "for static membership")
    }
    #expect(error?.description.contains("SLUICE_SYNCER_INSTANCE_ID") == true)
  }

  @Test func theTableOfKeysIsConsistent() throws {
    let names = Keys.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(Keys.all.map(\.environmentName)).count == names.count)
    for key in Keys.all {
      #expect(key.name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_" || $0 == ".") }, "\(key.name)")
      #expect(!key.documentation.isEmpty && key.documentation.hasSuffix("."), "\(key.name)")
      #expect(!KeyNames.isForeign(variable: key.environmentName) || key.environmentName.hasSuffix("_PORT"), "\(key.name)")
    }
    #expect(ConfigurationRules.problems(in: Configuration()).isEmpty)
  }

  @Test func theReferenceHoldsEveryKey() {
    let markdown = ConfigurationReference.markdown()
    for key in Keys.all {
      #expect(markdown.contains("`\(key.name)`"))
      #expect(markdown.contains(key.environmentName))
    }
    for line in markdown.split(separator: "\n") where line.hasPrefix("|") {
      #expect(line.replacingOccurrences(of: "\\|", with: "").filter { $0 == "|" }.count == 5, "\(line)")
    }
  }

  @Test(arguments: [
    ("0", Duration.zero), ("250ms", .milliseconds(250)), ("10s", .seconds(10)), ("1m30s", .seconds(90)), ("2h", .seconds(7200)),
    ("7d", .seconds(604_800)), ("5us", .microseconds(5)), ("7ns", .nanoseconds(7)), ("1d1ms", .seconds(86_400) + .milliseconds(1)),
  ])
  func durationsAreReadAndWritten(_ text: String, _ duration: Duration) {
    #expect(DurationText.parse(text) == duration)
    #expect(DurationText.format(duration) == text)
  }

  @Test(arguments: ["", "5", "s", "-1s", "1.5s", "1s1s", "1s1m", "1 s", "99999999999d", "１s", "1S"])
  func otherTextIsNoDuration(_ text: String) { #expect(DurationText.parse(text) == nil) }

  @Test(arguments: [("0", 0), ("5", 5), ("5B", 5), ("1KB", 1000), ("1KiB", 1024), ("2 MiB", 2 << 20), ("3gb", 3_000_000_000)])
  func sizesAreRead(_ text: String, _ bytes: Int) { #expect(ByteSize(text)?.bytes == bytes) }

  @Test(arguments: ["", "MB", "-1", "1.5MB", "1TB", "9999999999GiB", "1 M B"])
  func otherTextIsNoSize(_ text: String) { #expect(ByteSize(text) == nil) }

  @Test(arguments: ["", "host", "host:", ":80", "host:65536", "host:-1", "::1:80", "[::1]", "a b:80", "[a]:80", "http://x:80", "h:+8"])
  func otherTextIsNoAddress(_ text: String) { #expect(HostPort(text) == nil) }

  @Test func nearMisspellings() {
    #expect(EditDistance.between("group", "gruop") == 1)
    #expect(EditDistance.between("", "abc") == 3)
    #expect(EditDistance.between("kitten", "sitting") == 3)
  }
}
