import Foundation
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import Broker

/// The whole broker without its socket, given requests that are sound by their form and senseless by their content: numbers at their
/// extremes, groups, topics and producers that are there or are not. It must answer, or end the connection, and go on.
@Suite(.timeLimit(.minutes(5))) struct BrokerFuzzTests {
  private static let rounds = ProcessInfo.processInfo.environment["SLUICE_TEST_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 60
  private static let seed = ProcessInfo.processInfo.environment["SLUICE_TEST_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1

  private static let words = [
    "orders", "events", "group", "member", "transaction", "range", "consumer", "__consumer_offsets", "__transaction_state",
    "cleanup.policy",
    "compact", "delete", "retention.ms", "segment.bytes", "1048576", "-1", "1", "",
  ]

  private static func batches() -> [ByteBuffer] {
    var plain = RecordBatchBuilder()
    plain.append(key: ByteBuffer(string: "k"), value: ByteBuffer(string: "v"), timestamp: 1_700_000_000_000)
    var idempotent = RecordBatchBuilder()
    (idempotent.producerID, idempotent.producerEpoch) = (1, 0)
    idempotent.append(key: ByteBuffer(string: "k"), value: nil, timestamp: .max)
    var transactional = RecordBatchBuilder()
    (transactional.producerID, transactional.producerEpoch, transactional.isTransactional) = (0, 0, true)
    transactional.append(key: nil, value: ByteBuffer(string: "v"), timestamp: .min)
    return [plain.finish(), idempotent.finish(), transactional.finish()]
  }

  private func frame<M: BodyMessage>(_ key: Int16, _ type: M.Type, _ version: Int16, _ random: inout SeededRandom) throws -> ByteBuffer {
    var blobs = Self.batches()
    if Int.random(in: 0..<2, using: &random) == 0, var damaged = blobs.randomElement(using: &random) {
      let place = Int.random(in: 0..<damaged.readableBytes, using: &random)
      damaged.setInteger(UInt8.random(in: 0...255, using: &random), at: place)
      blobs.append(damaged)
    }
    var frame = ByteBuffer()
    frame.writeMultipleIntegers(key, version, Int32(7), Int16(2))
    frame.writeString("id")
    if version >= type.flexibleSince { frame.writeInteger(UInt8(0)) }
    let message = try RandomFiller.fill(M.self, version: version, seed: random.next(), words: Self.words, blobs: blobs)
    try FieldWriter.write(message, version: version, to: &frame)
    return frame
  }

  @Test func `requests without sense are answered or refused, and the broker goes on`() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-fuzz-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var settings = BrokerSettings()
    settings.dataFolder = folder.path
    settings.maxPartitions = 300
    settings.groupMinSessionTimeoutMillis = 1
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let core = try await loop.submit { [settings] in
      let core = try BrokerCore(settings: settings, eventLoop: loop, logger: logger)
      core.listening(host: "127.0.0.1", port: 9092)
      try core.ensureTopics(["orders", "events"])
      return NIOLoopBound(core, eventLoop: loop)
    }.get()
    var random = SeededRandom(seed: Self.seed)
    var sent = 0
    for round in 0..<Self.rounds {
      for (key, type) in AnyMessage.requests {
        for version in type.versions {
          let frame = try frame(key, type, version, &random)
          let connection = round
          // Refusals end the connection; here they end nothing.
          try await loop.submit { try? core.value.router.route(frame, connectionID: connection, clientHost: "/test") { _ in } }.get()
          sent += 1
        }
      }
    }
    #expect(sent > Self.rounds * 150)
    // It still works: the ends of a log are told.
    let answered = try await loop.submit {
      core.value.topics.log("__consumer_offsets", 0)?.logEndOffset ?? -1
    }.get()
    #expect(answered >= 0)
    let promise = loop.makePromise(of: Void.self)
    loop.execute { core.value.close { error in if let error { promise.fail(error) } else { promise.succeed() } } }
    try await promise.futureResult.get()
    // And what it left can be opened.
    try await loop.submit { [settings] in _ = try BrokerCore(settings: settings, eventLoop: loop, logger: logger) }.get()
    try await group.shutdownGracefully()
  }
}
