import Foundation
import Testing

@testable import Capture

@Suite struct ConnectorConfigurationTests {
  static let minimal = [
    "topic.prefix": "shop", "database.hostname": "localhost", "database.user": "kim", "database.password": "hunter2",
    "database.dbname": "shop",
  ]

  private func make(_ settings: [String: String], environment: [String: String] = [:]) throws -> ConnectorConfiguration {
    try ConnectorConfiguration(
      ConnectorFile(name: "c", settings: Self.minimal.merging(settings) { $1 }, origin: "c.json"), environment: environment)
  }

  @Test func hasDebeziumsDefaults() throws {
    let configuration = try make([:])
    #expect(configuration.slotName == "debezium")
    #expect(configuration.publicationName == "dbz_publication")
    #expect(configuration.publicationMode == .allTables)
    #expect(configuration.snapshotMode == .initial)
    #expect(configuration.skippedOperations == [.truncate])
    #expect(configuration.tombstonesOnDelete)
    #expect(configuration.contextHeaders)
    #expect(configuration.encoding.unavailableValuePlaceholder == "__debezium_unavailable_value")
    #expect(configuration.database.port == 5432)
    #expect(configuration.maxRestarts == nil)
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    var settings: [String: String]
    var says: [String]
    var testDescription: String { "\(settings)" }
  }

  static let mistakes: [Mistake] = [
    Mistake(settings: ["slot.nam": "x"], says: ["slot.nam", "not known", "slot.name"]),
    Mistake(settings: ["whatever.this.is": "x"], says: ["whatever.this.is", "not known"]),
    Mistake(settings: ["snapshot.mode": "sometimes"], says: ["snapshot.mode", "sometimes", "initial"]),
    Mistake(settings: ["snapshot.mode": "custom"], says: ["snapshot.mode", "custom", "initial"]),
    Mistake(settings: ["tasks.max": "2"], says: ["tasks.max", "2", "1"]),
    Mistake(settings: ["plugin.name": "decoderbufs"], says: ["plugin.name", "decoderbufs", "pgoutput"]),
    Mistake(settings: ["database.port": "abc"], says: ["database.port", "abc", "1 to 65535"]),
    Mistake(settings: ["tombstones.on.delete": "ja"], says: ["tombstones.on.delete", "ja", "true or false"]),
    Mistake(settings: ["table.include.list": "a("], says: ["table.include.list", "a(", "regular expression"]),
    Mistake(
      settings: ["table.include.list": "a", "table.exclude.list": "b"], says: ["table.include.list", "table.exclude.list", "one of them"]),
    Mistake(settings: ["message.key.columns": "public.a"], says: ["message.key.columns", "public.a"]),
    Mistake(settings: ["slot.name": "Slot-1"], says: ["slot.name", "Slot-1", "lower case"]),
    Mistake(settings: ["skipped.operations": "c,x"], says: ["skipped.operations", "c,x"]),
    Mistake(settings: ["connector.class": "io.debezium.connector.mysql.MySqlConnector"], says: ["connector.class", "mysql"]),
    Mistake(
      settings: ["value.converter": "io.confluent.connect.avro.AvroConverter"], says: ["value.converter", "AvroConverter", "JsonConverter"]),
    Mistake(settings: ["transforms": "a"], says: ["transforms.a.type", "missing"]),
    Mistake(settings: ["transforms": "a", "transforms.a.type": "com.example.Mine"], says: ["transforms.a.type", "com.example.Mine"]),
    Mistake(settings: ["transforms.b.type": "x"], says: ["transforms.b.type", "no alias"]),
    Mistake(
      settings: [
        "transforms": "r", "transforms.r.type": "org.apache.kafka.connect.transforms.RegexRouter", "transforms.r.regex": "(a)",
        "transforms.r.replacement": "$2",
      ], says: ["transforms.r.replacement", "$2"]),
    Mistake(
      settings: [
        "transforms": "r", "transforms.r.type": "org.apache.kafka.connect.transforms.RegexRouter", "transforms.r.regex": "a",
        "transforms.r.replacement": "b", "transforms.r.colour": "red",
      ], says: ["transforms.r.colour", "not known"]),
    Mistake(
      settings: [
        "transforms": "o", "transforms.o.type": "io.debezium.transforms.outbox.EventRouter",
        "transforms.o.table.expand.json.payload": "maybe",
      ], says: ["table.expand.json.payload", "maybe", "false"]),
    Mistake(
      settings: ["transforms": "c", "transforms.c.type": "org.apache.kafka.connect.transforms.Cast", "transforms.c.spec": "a:int8"],
      says: ["transforms.c.type", "Cast$Key", "Cast$Value"]),
    Mistake(
      settings: ["transforms": "c", "transforms.c.type": "org.apache.kafka.connect.transforms.Cast$Value"],
      says: ["transforms.c.spec", "missing"]),
    Mistake(
      settings: ["predicates": "p", "predicates.p.type": "org.apache.kafka.connect.transforms.predicates.Mine"],
      says: ["predicates.p.type", "Mine", "TopicNameMatches"]),
    Mistake(
      settings: [
        "transforms": "r", "transforms.r.type": "org.apache.kafka.connect.transforms.RegexRouter", "transforms.r.regex": "a",
        "transforms.r.replacement": "b", "transforms.r.predicate": "p",
      ], says: ["transforms.r.predicate", "p"]),
    Mistake(settings: ["database.password": "${env:NOT_THERE}"], says: ["database.password", "NOT_THERE"]),
    Mistake(settings: ["database.password": "${vault:a:b}"], says: ["database.password", "vault"]),
  ]

  @Test(arguments: mistakes) func saysWhatIsWrong(_ mistake: Mistake) throws {
    let error = #expect(throws: CaptureError.self) { try make(mistake.settings) }
    let text = error?.description ?? ""
    #expect(error?.exitCode == 78)
    #expect(text.hasPrefix("c.json: "))
    #expect(!text.contains("\n"))
    #expect(!text.contains("hunter2"))
    for word in mistake.says { #expect(text.contains(word), "\(text)") }
  }

  @Test func neverShowsASecret() throws {
    let error = #expect(throws: CaptureError.self) {
      try make(["database.sslpassword": "open sesame"])
    }
    #expect(error?.description.contains("open sesame") == false)
    let override = #expect(throws: CaptureError.self) {
      var file = ConnectorFile(name: "c", settings: [:])
      try file.apply(overrides: ["database.password hunter2"])
    }
    #expect(override?.description.contains("hunter2") == false)
  }

  @Test func resolvesReferences() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("secrets-\(UUID().uuidString).properties")
    try "# comment\nuser = lee\npassword=p:w=d\n".write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let configuration = try make(
      [
        "database.hostname": "${env:HOST}", "database.user": "${file:\(file.path):user}",
        "database.password": "${file:\(file.path):password}",
      ], environment: ["HOST": "db.example"])
    #expect(configuration.database.host == "db.example")
    #expect(configuration.database.user == "lee")
    #expect(configuration.database.password?.reveal() == "p:w=d")
  }

  @Test func overrides() throws {
    var file = ConnectorFile(name: "c", settings: Self.minimal)
    try file.apply(overrides: ["slot.name=other", "transforms=a=b"])
    #expect(file.settings["slot.name"] == "other")
    #expect(file.settings["transforms"] == "a=b")
    #expect(throws: CaptureError.self) { try file.apply(overrides: ["=x"]) }
  }

  @Test(arguments: [
    ("{", "f.json:1:2: not JSON"), ("[]", "expected an object"), (#"{"name":"a"}"#, "\"config\" is missing"),
    (#"{"config":{}}"#, "\"name\" is missing"), (#"{"name":"a","config":{},"tasks":[]}"#, "\"tasks\" is not known"),
    (#"{"name":"a","config":{"x":[1]}}"#, "\"x\" is an array"), (#"{"name":"a","config":{"x":1,"x":2}}"#, "stands twice"),
    (#"{"name":"a","config":{"name":"b"}}"#, "\"b\" inside"), ("{\"name\":\"a\",\n\"config\":{\"x\":tru}}", "f.json:2:"),
  ])
  func readsFilesStrictly(_ text: String, _ says: String) throws {
    let error = #expect(throws: CaptureError.self) { try ConnectorFile(parsing: text.utf8, origin: "f.json") }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    #expect(error?.exitCode == 78)
  }

  @Test func acceptsTheFilesOfTheProject() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appendingPathComponent("connectors").resolvingSymlinksInPath()
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).filter {
      $0.pathExtension == "json"
    }
    #expect(!files.isEmpty)
    let names = ["HOST": "localhost", "PORT": "5432", "USER": "u", "PASSWORD": "p", "DATABASE": "d"]
    var environment: [String: String] = [:]
    for (name, value) in names { environment["SLUICE_WRITE_DATABASE_\(name)"] = value }
    for file in files {
      _ = try ConnectorConfiguration(ConnectorFile(path: file.path), environment: environment)
    }
  }

  @Test func survivesGarbage() {
    let text = Array(#"{"name":"a","config":{"x":"\u00e9\n","y":1.5e3,"z":true,"s":"\ud83d\ude42"}}"#.utf8)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<50_000 {
      var bytes = text
      for _ in 0...2 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random) }
      if Bool.random(using: &random) { bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random))) }
      _ = try? ConnectorFile(parsing: bytes, origin: "f")
    }
    _ = try? ConnectorFile(parsing: Array(repeating: UInt8(ascii: "["), count: 100_000), origin: "f")
  }

  @Test func aJsonConverterThatIsNamedHasKafkaConnectsDefault() throws {
    let json = "org.apache.kafka.connect.json.JsonConverter"
    func converters(_ settings: [String: String]) throws -> [ConnectorConfiguration.Converter] {
      let file = ConnectorFile(
        name: "x",
        settings: ["topic.prefix": "a", "database.hostname": "h", "database.user": "u", "database.dbname": "d"].merging(settings) { $1 })
      let configuration = try ConnectorConfiguration(file)
      return [configuration.keyConverter, configuration.valueConverter]
    }
    #expect(try converters([:]) == [.json, .json])
    #expect(try converters(["value.converter": json]) == [.json, .jsonWithSchemas])
    #expect(try converters(["value.converter": json, "value.converter.schemas.enable": "false"]) == [.json, .json])
    #expect(try converters(["key.converter": json, "converter.schemas.enable": "false"]) == [.json, .json])
  }
}
