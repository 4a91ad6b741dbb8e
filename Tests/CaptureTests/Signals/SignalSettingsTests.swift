import Testing

@testable import Capture

@Suite struct SignalSettingsTests {
  private static func settings(_ settings: [String: String]) throws -> SignalSettings {
    var all = ["topic.prefix": "shop", "database.hostname": "h", "database.user": "u", "database.dbname": "d"]
    all.merge(settings) { $1 }
    return try ConnectorConfiguration(ConnectorFile(name: "test", settings: all)).signals
  }

  @Test func defaultsAreDebeziums() throws {
    let settings = try Self.settings([:])
    #expect(settings.channels == [.source] && settings.table == nil && settings.pollInterval == .seconds(5))
    #expect(settings.file == "file-signals.txt" && settings.topic == "shop-signal" && settings.groupID == "kafka-signal")
    #expect(settings.chunkSize == 1024 && settings.watermarking == .insertInsert && !settings.isReadOnly)
  }

  @Test func everyChannelIsTaken() throws {
    let settings = try Self.settings([
      "signal.enabled.channels": "source, kafka,file,jmx,in-process", "signal.kafka.bootstrap.servers": "k:1",
      "signal.consumer.security.protocol": "SSL", "signal.data.collection": "public.debezium_signal",
    ])
    #expect(settings.channels == [.source, .kafka, .file, .jmx, .inProcess] && settings.consumer == ["security.protocol": "SSL"])
    #expect(settings.isSignalTable(schema: "public", table: "debezium_signal"))
  }

  @Test(
    arguments: [
      ["signal.enabled.channels": "carrier-pigeon"], ["signal.data.collection": "signals"], ["signal.enabled.channels": "kafka"],
      ["incremental.snapshot.chunk.size": "0"], ["incremental.snapshot.watermarking.strategy": "none"], ["signal.colour": "red"],
    ])
  func refused(_ settings: [String: String]) {
    let error = #expect(throws: CaptureError.self) { try Self.settings(settings) }
    #expect(error?.category == .configuration)
    for key in settings.keys where !settings.values.contains("kafka") { #expect(error?.reason.contains(key) == true) }
  }

  @Test func theSignalTableIsCapturedWhateverTheFiltersSay() throws {
    let configuration = try ConnectorConfiguration(
      ConnectorFile(
        name: "test",
        settings: [
          "topic.prefix": "shop", "database.hostname": "h", "database.user": "u", "database.dbname": "d",
          "table.include.list": "public.a", "signal.data.collection": "public.debezium_signal",
        ]))
    #expect(configuration.captures(schema: "public", table: "debezium_signal") && !configuration.captures(schema: "public", table: "b"))
  }
}
