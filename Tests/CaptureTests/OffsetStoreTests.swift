import Foundation
import Kafka
import Postgres
import TestSupport
import Testing

@testable import Capture

/// What every store does.
@Suite struct OffsetStoreTests {
  private static let offset = StoredOffset(
    slot: "s", snapshot: .completed, systemID: "7123",
    position: CommitPosition(commitLSN: LSN(rawValue: 0x16_0000_0001), endLSN: LSN(rawValue: 0x16_0000_0031)))

  private func check(_ make: () async throws -> any OffsetStore) async throws {
    let store = try await make()
    #expect(try await store.load(connector: "a") == nil)
    try await store.save(StoredOffset(slot: "s", snapshot: .running, systemID: "7123"), connector: "a")
    #expect(try await store.load(connector: "a")?.snapshot == .running)
    try await store.save(Self.offset, connector: "a")
    try await store.save(StoredOffset(slot: "other", snapshot: .skipped, systemID: "1"), connector: "b \"quoted\"")
    for store in [store, try await make()] {
      #expect(try await store.load(connector: "a") == Self.offset)
      #expect(try await store.load(connector: "b \"quoted\"")?.slot == "other")
      #expect(try await store.load(connector: "c") == nil)
    }
    try await store.remove(connector: "a")
    try await store.remove(connector: "c")
    #expect(try await make().load(connector: "a") == nil)
    #expect(try await make().load(connector: "b \"quoted\"")?.slot == "other")
  }

  @Test func file() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(uniqueName("offsets"))
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("deep/offsets.json").path
    try await check { FileOffsetStore(path: path) }
    try "damaged".write(toFile: path, atomically: true, encoding: .utf8)
    await #expect(throws: CaptureError.self) { try await FileOffsetStore(path: path).load(connector: "a") }
  }

  @Test func aFullDiskIsAReasonToTryAgain() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(uniqueName("offsets"))
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("offsets.json").path
    let store = FileOffsetStore(path: path)
    try await store.save(StoredOffset(slot: "s", snapshot: .running, systemID: "7123"), connector: "a")
    // Where the new file is written there is no room.
    try FileManager.default.createSymbolicLink(atPath: path + ".new", withDestinationPath: "/dev/full")
    let error = await #expect(throws: SinkError.self) { try await store.save(Self.offset, connector: "a") }
    #expect(error?.isRetriable == true)
    #expect(try await store.load(connector: "a")?.snapshot == .running)
    try FileManager.default.removeItem(atPath: path + ".new")
    try await store.save(Self.offset, connector: "a")
    #expect(try await store.load(connector: "a") == Self.offset)
  }

  @Test func topic() async throws {
    let topic = uniqueTopic("offsets")
    let servers = try await TestKafka.shared().bootstrapServers
    try await check {
      KafkaOffsetStore(topic: topic, configuration: ProducerConfiguration(bootstrapServers: servers), logger: testLogger())
    }
  }

  @Test func damagedOffsets() {
    for text in [
      "", "{}", #"{"slot":"s","snapshot":"maybe","system":"1"}"#,
      #"{"slot":"s","snapshot":"completed","system":"1","commit_lsn":"x","end_lsn":"y"}"#,
    ] {
      #expect(throws: CaptureError.self) { try StoredOffset(parsing: text.utf8) }
    }
  }
}
