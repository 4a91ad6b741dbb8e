import Foundation
import NIOCore
import Testing

@testable import Broker

/// Requests as no client sends them. The number of frames is taken from SLUICE_TEST_FUZZ_FRAMES, the seed from SLUICE_TEST_FUZZ_SEED.
@Suite struct RequestFuzzTests {
  private static let frames = ProcessInfo.processInfo.environment["SLUICE_TEST_FUZZ_FRAMES"].flatMap { Int($0) } ?? 200_000
  private static let seed = ProcessInfo.processInfo.environment["SLUICE_TEST_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
  private static let types = Dictionary(uniqueKeysWithValues: AnyMessage.requests)

  /// Reads a frame as the broker does.
  private func read(_ frame: [UInt8]) throws(CodecError) -> Bool {
    var buffer = ByteBuffer(bytes: frame)
    let header = try RequestHeader(from: &buffer)
    guard let type = Self.types[header.apiKey], type.versions.contains(header.apiVersion) else { throw CodecError("unknown") }
    if header.apiVersion >= type.flexibleSince { try RequestHeader.skipTags(&buffer) }
    return try readBody(type, buffer, header.apiVersion)
  }

  /// What could be read can be written, and is then read as the same.
  private func readBody<M: BodyMessage>(_ type: M.Type, _ bytes: ByteBuffer, _ version: Int16) throws(CodecError) -> Bool {
    let message = try FieldReader.body(M.self, from: bytes, version: version)
    var written = ByteBuffer()
    // Strings that were not UTF-8 have grown and may not fit any more.
    guard (try? FieldWriter.write(message, version: version, to: &written)) != nil else { return true }
    return try FieldReader.body(M.self, from: written, version: version) == message
  }

  private func frame(_ key: Int16, _ type: any BodyMessage.Type, _ version: Int16, _ body: ByteBuffer) -> [UInt8] {
    var frame = ByteBuffer()
    frame.writeMultipleIntegers(key, version, Int32(7), Int16(2))
    frame.writeString("id")
    if version >= type.flexibleSince { frame.writeInteger(UInt8(0)) }
    frame.writeImmutableBuffer(body)
    return Array(frame.readableBytesView)
  }

  private func random<M: BodyMessage>(_ type: M.Type, _ version: Int16, seed: UInt64) throws -> ByteBuffer {
    var buffer = ByteBuffer()
    try FieldWriter.write(RandomFiller.fill(M.self, version: version, seed: seed), version: version, to: &buffer)
    return buffer
  }

  /// Sound frames of every request in every version: kafka-python's and ours.
  private func corpus() throws -> [[UInt8]] {
    var keys: [String: Int16] = [:]
    for (key, type) in AnyMessage.requests { keys["\(type)"] = key }
    var frames = try GoldenMessage.load().compactMap { golden in
      keys["\(golden.message.type)"].map { frame($0, golden.message.type, golden.message.version, golden.bytes) }
    }
    for (key, type) in AnyMessage.requests {
      for version in type.versions { frames.append(frame(key, type, version, try random(type, version, seed: 11))) }
    }
    return frames
  }

  @Test func `damaged requests are read or refused, and take no more memory than sound ones`() throws {
    let corpus = try corpus()
    for frame in corpus { #expect(try read(frame)) }
    var mutator = FrameMutator(random: SeededRandom(seed: Self.seed))
    let before = ResidentMemory.peak
    var read = 0
    var refused = 0
    for index in 0..<Self.frames {
      let frame = mutator.mutate(
        corpus[index % corpus.count], with: corpus.randomElement(using: &mutator.random) ?? [])
      do {
        if try !self.read(frame) { Issue.record("read differently after writing, seed \(Self.seed): \(frame)") }
        read += 1
      } catch {
        refused += 1
      }
    }
    #expect(read + refused == Self.frames)
    // Otherwise the mutations would be too crude to get behind the first field.
    #expect(read > Self.frames / 50)
    #expect(refused > Self.frames / 4)
    if let before, let after = ResidentMemory.peak {
      #expect(after - before < 256 << 20, "other tests run meanwhile, hence the width")
    }
  }

  // MARK: Frames that ask for much memory

  /// So many bytes of a pattern over and over: in a flexible version 1 is an empty string or array, 0 no tags.
  private func dense(_ pattern: [UInt8], size: Int) -> ByteBuffer {
    let piece = Array(repeatElement(pattern, count: 4_096).joined())
    var buffer = ByteBuffer()
    buffer.reserveCapacity(size)
    while buffer.readableBytes + piece.count <= size { buffer.writeBytes(piece) }
    return buffer
  }

  private func varint(_ value: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  @Test func `a large request of the shortest elements does not take much memory`() throws {
    let before = ResidentMemory.peak
    for pattern in [[1, 1, 0], [0], [1], [1, 0], [2, 1, 1, 0], [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]] as [[UInt8]] {
      let elements = dense(pattern, size: 32 << 20)
      var body = ByteBuffer(bytes: varint(elements.readableBytes / pattern.count))
      body.writeImmutableBuffer(elements)
      for request in AnyMessage.requests {
        // Some take it for a message with bytes behind it, the others refuse it.
        _ = try? self.readBody(request.type, body, request.type.versions.upperBound)
      }
    }
    if let before, let after = ResidentMemory.peak { #expect(after - before < 256 << 20) }
  }

  @Test func `arrays that claim more memory than a message may take are refused at once`() {
    // Topics of Metadata: an ID and a name, 17 bytes and more on the wire.
    var body = ByteBuffer(bytes: varint(8_000_001))
    body.writeImmutableBuffer(dense([0], size: 16 << 20))
    #expect(throws: CodecError("arrays of more than \(FieldReader.arrayLimit) bytes")) {
      try FieldReader.body(MetadataRequest.self, from: body, version: 12)
    }
    // Many small arrays count as one large one: each topic of DeleteRecords holds an empty one.
    var many = ByteBuffer(bytes: varint(2_000_001))
    many.writeImmutableBuffer(dense([1, 1, 0], size: 8 << 20))
    #expect(throws: CodecError("arrays of more than \(FieldReader.arrayLimit) bytes")) {
      try FieldReader.body(DeleteRecordsRequest.self, from: many, version: 2)
    }
  }

  @Test func `a message may have as many elements as the largest clusters need`() throws {
    var request = OffsetCommitRequest()
    request.topics = (0..<1_000).map { topic in
      var entry = OffsetCommitRequest.OffsetCommitRequestTopic()
      entry.name = "topic-\(topic)"
      entry.partitions = (0..<100 as Range<Int32>).map {
        var partition = OffsetCommitRequest.OffsetCommitRequestTopic.OffsetCommitRequestPartition()
        partition.partitionIndex = $0
        return partition
      }
      return entry
    }
    var bytes = ByteBuffer()
    try FieldWriter.write(request, version: 9, to: &bytes)
    #expect(try FieldReader.body(OffsetCommitRequest.self, from: bytes, version: 9) == request)
  }
}
