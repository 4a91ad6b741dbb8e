import Foundation
import Postgres
import TestSupport
import Testing

@testable import Capture

@Suite struct HeldTransactionTests {
  private func transaction(_ changes: [(UInt32, Int)]) -> HeldTransaction {
    var result = HeldTransaction(id: 10, firstLSN: .zero)
    for (id, count) in changes { result.add(count, subtransaction: id) }
    return result
  }

  private func expectAbort(_ id: UInt32, of held: inout HeldTransaction, is expected: Bool, at place: SourceLocation = #_sourceLocation) {
    let found = held.abort(id)
    #expect(found == expected, sourceLocation: place)
  }

  @Test func `a subtransaction that aborts takes its own and its children's changes`() {
    var held = transaction([(10, 5), (11, 7), (12, 3), (11, 2)])
    #expect(held.byteCount == 17)
    expectAbort(12, of: &held, is: true)
    #expect(held.byteCount == 12)
    expectAbort(12, of: &held, is: false)
    expectAbort(11, of: &held, is: true)
    #expect(held.byteCount == 5)
  }

  @Test func `what follows an abort counts anew`() {
    var held = transaction([(10, 5), (11, 7)])
    expectAbort(11, of: &held, is: true)
    held.add(4, subtransaction: 10)
    held.add(6, subtransaction: 13)
    #expect(held.byteCount == 15)
    expectAbort(11, of: &held, is: false)
    expectAbort(13, of: &held, is: true)
    #expect(held.byteCount == 9)
  }

  @Test func `a subtransaction without changes aborts without a trace`() {
    var held = transaction([(10, 5), (12, 7)])
    for id in [11, 13, 99] as [UInt32] { expectAbort(id, of: &held, is: false) }
    #expect(held.byteCount == 12)
  }

  /// A parent may write for the first time after its child did.
  @Test func `an older subtransaction that comes later keeps its place`() {
    var held = transaction([(10, 5), (12, 7), (11, 1), (12, 1)])
    expectAbort(11, of: &held, is: true)
    #expect(held.byteCount == 12)
    expectAbort(12, of: &held, is: true)
    #expect(held.byteCount == 5)
  }

  @Test func `transaction IDs wrap`() {
    var held = transaction([(.max - 1, 5), (.max, 7), (3, 2)])
    expectAbort(3, of: &held, is: true)
    expectAbort(.max, of: &held, is: true)
    #expect(held.byteCount == 5)
  }

  // MARK: - On disk

  @Test func `messages come back as they were, however large`() async throws {
    let parent = NSTemporaryDirectory() + uniqueName("transactions")
    defer { try? FileManager.default.removeItem(atPath: parent) }
    let folder = try await TransactionFolder.make(in: parent)
    let transactions = OpenTransactions(folder: folder)
    var expected: [[UInt8]] = []
    func take(_ message: PgOutputBytes) async throws -> HeldTransaction? {
      let work = try message.bytes.withUnsafeBytes { try transactions.take($0, walStart: LSN(rawValue: 3), serverTime: 4) }
      switch work {
      case .write(let id): try await transactions.write(id)
      case .cut(let held): try await transactions.cut(held)
      case .replay(let held, _): return held
      default: break
      }
      return nil
    }
    for block in 0..<3 {
      _ = try await take(.message("S").int(UInt32(900)).int(UInt8(block == 0 ? 1 : 0)))
      for size in [0, 10, 100_000, 700_000] {
        let text = PgOutputBytes.message("M").int(UInt32(900)).text(String(repeating: "x", count: size))
        expected.append([UInt8(ascii: "M")] + text.bytes[5...])
        _ = try await take(text)
      }
      _ = try await take(.message("E"))
      _ = try await take(.message("S").int(UInt32(900)).int(UInt8(0)))
      _ = try await take(PgOutputBytes.message("M").int(UInt32(UInt32(901 + block))).text("undone"))
      _ = try await take(.message("E"))
      _ = try await take(PgOutputBytes.message("A").int(UInt32(900)).int(UInt32(901 + block)))
    }
    #expect(transactions.count == 1)
    let held = try #require(
      try await take(.message("c").int(UInt32(900)).int(UInt8(0)).int(UInt64(1)).int(UInt64(2)).int(Int64(3))))
    var found: [[UInt8]] = []
    var offset = 0
    while true {
      let messages = try await transactions.read(held, from: offset)
      guard let last = messages.messages.last else { break }
      offset += last.range.upperBound
      for message in messages.messages {
        #expect(message.walStart.rawValue == 3 && message.serverTime == 4)
        found.append(messages.withPayload(of: message) { Array($0) })
      }
    }
    #expect(found == expected)
    try await transactions.drop(held)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func `a folder goes with its owner, and what a killed process left goes with the next`() async throws {
    let parent = NSTemporaryDirectory() + uniqueName("transactions")
    defer { try? FileManager.default.removeItem(atPath: parent) }
    let abandoned = parent + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: abandoned, withIntermediateDirectories: true)
    #expect(FileManager.default.createFile(atPath: abandoned + "/7", contents: Data("changes".utf8)))
    let lock = abandoned + ".lock"
    #expect(
      FileManager.default.createFile(atPath: lock, contents: nil)
        && (try? FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: lock)) != nil)
    var first: TransactionFolder? = try await TransactionFolder.make(in: parent)
    let second = try await TransactionFolder.make(in: parent)
    #expect(!FileManager.default.fileExists(atPath: abandoned))
    let path = try #require(first?.path)
    #expect(FileManager.default.fileExists(atPath: path))
    first = nil
    // The thread that it works on may hold it for a moment longer.
    try await eventually { !FileManager.default.fileExists(atPath: path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: parent).count == 2)
    try await second.write([1], of: 7, at: 0)
    #expect(try await second.read(7, from: 0, count: 10) == [1])
  }

  @Test func `a full disk is called by its name`() {
    let failure = TransactionFolder.failure("write", "/data/x", code: ENOSPC)
    #expect(failure.reason.contains("No space left on device"))
    #expect(failure.reason.contains("larger than the room left"))
    let configuration = try? CaptureRun.configuration(ConnectionConfiguration(host: "h", user: "u", database: "d"))
    #expect(configuration.map { Failure(failure, configuration: $0).isRetriable } == true)
  }
}
