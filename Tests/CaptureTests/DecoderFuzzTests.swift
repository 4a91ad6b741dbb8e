import Foundation
import Postgres
import TestSupport
import Testing

@testable import Capture

/// What no server sends. The number of inputs is taken from SLUICE_TEST_FUZZ_FRAMES, the seed from SLUICE_TEST_FUZZ_SEED.
@Suite(.serialized) struct DecoderFuzzTests {
  private static let inputs = ProcessInfo.processInfo.environment["SLUICE_TEST_FUZZ_FRAMES"].flatMap { Int($0) } ?? 100_000
  private static let seed = ProcessInfo.processInfo.environment["SLUICE_TEST_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1

  /// Messages of all protocol versions, those of blocks with the transaction's ID.
  private static let corpus: [[UInt8]] =
    PgOutputBytes.samples
    + PgOutputBytes.samples.compactMap { sample in
      guard let kind = sample.first, "IUDTMRY".utf8.contains(kind) else { return nil }
      return [kind] + [0, 0, 3, 0x85] + sample.dropFirst()
    }
    + [
      PgOutputBytes.message("S").int(UInt32(901)).int(UInt8(1)), PgOutputBytes.message("E"),
      PgOutputBytes.message("c").int(UInt32(901)).int(UInt8(0)).int(UInt64(200)).int(UInt64(210)).int(Int64(5)),
      PgOutputBytes.message("A").int(UInt32(901)).int(UInt32(902)),
      PgOutputBytes.message("A").int(UInt32(901)).int(UInt32(901)).int(UInt64(77)).int(Int64(8)),
      // Two-phase commit (version 3), for which nobody asks.
      PgOutputBytes.message("P").int(UInt8(0)).int(UInt64(1)).int(UInt64(2)).int(Int64(3)).int(UInt32(901)).text("gid"),
    ].map(\.bytes)

  /// The most memory that this process has had resident, bytes.
  private static var peakMemory: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split { !$0.isNumber }.first.flatMap { Int($0) } ?? 0) * 1024
  }

  @Test func `damaged messages are decoded or refused, and ranges stay inside of them`() {
    var mutator = ByteMutator(seed: Self.seed)
    var decoder = PgOutputDecoder()
    var decoded = 0
    var isInside = true
    let before = Self.peakMemory
    for index in 0..<Self.inputs {
      let bytes = mutator.mutate(
        Self.corpus[index % Self.corpus.count], with: Self.corpus.randomElement(using: &mutator.random) ?? [])
      bytes.withUnsafeBytes { buffer in
        guard let message = try? decoder.decode(buffer) else { return }
        decoded += 1
        for case .text(let range) in decoder.newTuple + decoder.oldTuple { isInside = isInside && range.lowerBound >= 0 }
        if case .message(_, _, _, let content) = message { isInside = isInside && content.upperBound <= buffer.count }
        switch message {
        case .insert:
          for case .text(let range) in decoder.newTuple { isInside = isInside && range.upperBound <= buffer.count }
        case .delete:
          for case .text(let range) in decoder.oldTuple { isInside = isInside && range.upperBound <= buffer.count }
        default: break
        }
      }
    }
    #expect(isInside)
    // Otherwise the damages would be too crude to get behind the first field.
    #expect(decoded > Self.inputs / 50)
    #expect(decoded < Self.inputs)
    #expect(Self.peakMemory - before < 256 << 20)
  }

  /// Blocks, commits and aborts in any order: what is held is what was taken, and nothing more.
  @Test func `damaged blocks of open transactions are held or refused`() async throws {
    let parent = NSTemporaryDirectory() + uniqueName("transactions")
    defer { try? FileManager.default.removeItem(atPath: parent) }
    let folder = try await TransactionFolder.make(in: parent)
    var mutator = ByteMutator(seed: Self.seed)
    var transactions = OpenTransactions(folder: folder)
    var held = 0
    var refused = 0
    var messages = 0
    for _ in 0..<Self.inputs {
      var bytes = Self.corpus.randomElement(using: &mutator.random) ?? []
      if Int.random(in: 0..<4, using: &mutator.random) == 0 {
        bytes = mutator.mutate(bytes, with: Self.corpus.randomElement(using: &mutator.random) ?? [])
      }
      do {
        switch try bytes.withUnsafeBytes({ try transactions.take($0, walStart: .zero, serverTime: 0) }) {
        case .none: break
        case .held: held += 1
        case .write(let id): try await transactions.write(id)
        case .cut(let transaction): try await transactions.cut(transaction)
        case .drop(let transaction): try await transactions.drop(transaction)
        case .replay(let transaction, _):
          var offset = 0
          while true {
            let found = try await transactions.read(transaction, from: offset)
            guard let last = found.messages.last else { break }
            offset += last.range.upperBound
            messages += found.messages.count
          }
          #expect(offset == transaction.byteCount)
          try await transactions.drop(transaction)
        }
      } catch is DecodingError {
        refused += 1
        // As the engine does: the stream begins anew.
        transactions = OpenTransactions(folder: folder)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
          try FileManager.default.removeItem(atPath: folder.path + "/" + name)
        }
      }
    }
    #expect(held > Self.inputs / 50)
    #expect(messages > Self.inputs / 10_000)
    #expect(refused > Self.inputs / 50)
  }

  @Test func `damaged changes become records or an error`() throws {
    let harness = try EncoderHarness()
    try harness.install(EncoderHarness.customers)
    var mutator = ByteMutator(seed: Self.seed)
    var records = 0
    for index in 0..<Self.inputs {
      let sound = PgOutputBytes.samples[index % PgOutputBytes.samples.count]
      let bytes = index % 3 == 0 ? sound : mutator.mutate(sound, with: PgOutputBytes.samples.randomElement(using: &mutator.random) ?? [])
      _ = try? bytes.withUnsafeBytes { try harness.encoder.consume($0, walStart: .zero, serverTime: 0) }
      if index % 64 == 0 { records += harness.encoder.takeBatch().batch.count }
    }
    #expect(records > Self.inputs / 20)
  }

  @Test func `damaged rows of COPY are split or refused`() {
    let rows = ["1\tkim\t\\N\n", "a\\tb\\nc\\\\d\t\\\\N", "한국어\t🙂\t\\N\t", "\\N\t\\N", "{1,2,\"x\"}\t2024-02-29 12:00:00+00\tt"].map {
      Array($0.utf8)
    }
    var mutator = ByteMutator(seed: Self.seed)
    var parser = CopyRowParser()
    var split = 0
    var isInside = true
    for index in 0..<Self.inputs {
      let row = mutator.mutate(rows[index % rows.count], with: rows.randomElement(using: &mutator.random) ?? [])
      row.withUnsafeBytes { buffer in
        guard (try? parser.parse(buffer)) != nil else { return }
        split += 1
        isInside = isInside && parser.bytes.count <= buffer.count && parser.fields.count <= buffer.count + 1
        for case .text(let range) in parser.fields { isInside = isInside && range.upperBound <= parser.bytes.count }
      }
    }
    #expect(isInside)
    #expect(split > Self.inputs / 2)
  }
}
