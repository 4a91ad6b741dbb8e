import NIOCore
import Testing

@testable import Broker

@Suite struct MessageCodecTests {
  private func encode<M: BodyMessage>(_ message: M, _ version: Int16) throws -> ByteBuffer {
    var buffer = ByteBuffer()
    try FieldWriter.write(message, version: version, to: &buffer)
    return buffer
  }

  @Test func `the tests know every request once`() {
    #expect(Set(AnyMessage.requests.map(\.key)) == Set(ApiKey.allCases.map(\.rawValue)))
    #expect(AnyMessage.requests.count == ApiKey.allCases.count)
    #expect(AnyMessage.responses.count == ApiKey.allCases.count)
  }

  // MARK: Round trips

  private func roundTrip<M: BodyMessage>(_ type: M.Type, _ version: Int16, seed: UInt64) throws {
    let message = try RandomFiller.fill(M.self, version: version, seed: seed)
    let bytes = try encode(message, version)
    let read = try FieldReader.body(M.self, from: bytes, version: version)
    #expect(read == message)
    #expect(try encode(read, version) == bytes)
  }

  @Test func `what is written is read back, in every version of every message`() throws {
    for message in AnyMessage.all {
      for seed in 0..<20 as Range<UInt64> { try roundTrip(message.type, message.version, seed: seed) }
    }
  }

  @Test func `a message behind other bytes is appended to them`() throws {
    var buffer = ByteBuffer(string: "before")
    try FieldWriter.write(EndTxnResponse(throttleTimeMilliseconds: 1, errorCode: .none), version: 0, to: &buffer)
    #expect(buffer == ByteBuffer(bytes: Array("before".utf8) + [0, 0, 0, 1, 0, 0]))
  }

  // MARK: Another implementation's bytes

  private func reencode<M: BodyMessage>(_ type: M.Type, _ version: Int16, _ bytes: ByteBuffer) throws -> ByteBuffer {
    try encode(FieldReader.body(M.self, from: bytes, version: version), version)
  }

  @Test func `the bytes of kafka-python are read and written again as they were`() throws {
    let golden = try GoldenMessage.load()
    for line in golden {
      #expect(try reencode(line.message.type, line.message.version, line.bytes) == line.bytes, "\(line)")
    }
    let covered = Set(golden.map(\.description))
    for type in AnyMessage.requests.map(\.type) + AnyMessage.responses {
      for version in type.versions { #expect(covered.contains("\(AnyMessage(type: type, version: version))")) }
    }
  }

  // MARK: Tags

  private func skipsUnknownTag<M: BodyMessage>(_ type: M.Type, _ version: Int16) throws {
    let message = M()
    var bytes = try encode(message, version)
    // The last byte of a message without tags is their number.
    bytes.setInteger(UInt8(2), at: bytes.writerIndex - 1)
    bytes.writeBytes([0x8f, 0x4e, 3, 1, 2, 3, 0x90, 0x4e, 0])
    #expect(try FieldReader.body(M.self, from: bytes, version: version) == message)
    #expect(throws: CodecError.self) {
      try FieldReader.body(M.self, from: bytes.getSlice(at: 0, length: bytes.readableBytes - 1) ?? bytes, version: version)
    }
  }

  @Test func `tags that a message does not know are skipped`() throws {
    for message in AnyMessage.all where message.version >= message.type.flexibleSince {
      try skipsUnknownTag(message.type, message.version)
    }
  }

  @Test func `tags that a structure within a message does not know are skipped`() throws {
    // One topic "a" with tag 7 of two bytes; then the three flags, and tag 8 of none.
    let bytes = ByteBuffer(bytes: [2, 2, 0x61, 1, 7, 2, 0xff, 0xff, 1, 0, 0, 1, 8, 0])
    let request = try FieldReader.body(MetadataRequest.self, from: bytes, version: 9)
    #expect(request.topics?.map(\.name) == ["a"])
    #expect(request.allowAutoTopicCreation)
  }

  @Test func `a known tag must be as long as it says`() throws {
    var message = FetchRequest()
    message.clusterID = "abc"
    let bytes = try encode(message, 12)
    // … 1 tag, number 0, five bytes: a compact string of three.
    let tail = bytes.getBytes(at: bytes.writerIndex - 7, length: 7)
    #expect(tail == [1, 0, 4, 4, 0x61, 0x62, 0x63])
    for size in [3, 5] as [UInt8] {
      var wrong = bytes
      wrong.setInteger(size, at: bytes.writerIndex - 5)
      #expect(throws: CodecError.self) { try FieldReader.body(FetchRequest.self, from: wrong, version: 12) }
    }
  }

  // MARK: Bytes that are wrong

  private func refusesNulls<M: BodyMessage>(_ type: M.Type, _ version: Int16) throws -> Int {
    let message = try RandomFiller.fill(M.self, version: version, seed: 3)
    var place = 0
    while let bytes = try NullWriter.write(message, version: version, place: place) {
      #expect(throws: CodecError.self, "\(M.self) \(version), null number \(place)") {
        try FieldReader.body(M.self, from: bytes, version: version)
      }
      place += 1
    }
    return place
  }

  @Test func `null is refused wherever it is not allowed`() throws {
    var places = 0
    for message in AnyMessage.all { places += try refusesNulls(message.type, message.version) }
    #expect(places > 1_000)
  }

  private func refusesPrefixes<M: BodyMessage>(_ type: M.Type, _ version: Int16) throws {
    let bytes = try encode(RandomFiller.fill(M.self, version: version, seed: 5), version)
    for length in 0..<bytes.readableBytes {
      guard let prefix = bytes.getSlice(at: 0, length: length) else { continue }
      #expect(throws: CodecError.self, "\(M.self) \(version) cut at \(length)") {
        try FieldReader.body(M.self, from: prefix, version: version)
      }
    }
    var longer = bytes
    longer.writeInteger(UInt8(0))
    #expect(try FieldReader.body(M.self, from: longer, version: version) == FieldReader.body(M.self, from: bytes, version: version))
  }

  @Test func `a message that is cut off anywhere is refused, and bytes behind it are ignored`() throws {
    for message in AnyMessage.all { try refusesPrefixes(message.type, message.version) }
  }

  @Test func `lengths below null are refused`() {
    let string = ByteBuffer(bytes: [0xff, 0xfe])
    #expect(throws: CodecError.self) { try FieldReader.body(FindCoordinatorRequest.self, from: string, version: 0) }
    let array = ByteBuffer(bytes: [0xff, 0xff, 0xff, 0xfe])
    #expect(throws: CodecError.self) { try FieldReader.body(MetadataRequest.self, from: array, version: 1) }
  }

  @Test func `a varint of more than five bytes is refused`() {
    let bytes = ByteBuffer(bytes: [0x80, 0x80, 0x80, 0x80, 0x80, 0x01])
    #expect(throws: CodecError.self) { try FieldReader.body(MetadataRequest.self, from: bytes, version: 9) }
  }

  @Test func `null is not written where it is not allowed`() throws {
    var request = MetadataRequest()
    request.topics = nil
    #expect(throws: CodecError.self) { try self.encode(request, 0) }
    #expect(try encode(request, 1) == ByteBuffer(bytes: [0xff, 0xff, 0xff, 0xff]))
  }

  @Test func `a string too long for its length is not written`() {
    let request = FindCoordinatorRequest(key: String(repeating: "x", count: 32_768))
    #expect(throws: CodecError.self) { try self.encode(request, 0) }
  }
}
