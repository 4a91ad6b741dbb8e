import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import Broker

/// One connection, byte by byte.
@Suite struct ConnectionTests {
  private final class Bench {
    let scheduler = ManualScheduler()
    let metrics = BrokerMetrics()
    let router: ApiRouter
    let connections: ConnectionTable
    let channel = EmbeddedChannel()
    /// Heartbeats that wait for their answer.
    var waiting: [(HeartbeatResponse?) -> Void] = []
    var handled = 0

    init(maxRequestBytes: Int = 1000) throws {
      let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      router = ApiRouter(maxRequestBytes: maxRequestBytes, metrics: metrics, logger: logger)
      connections = ConnectionTable(limit: 10, scheduler: scheduler, metrics: metrics)
      // Heartbeats wait, group lists are answered at once, leaves are not answered at all.
      router.add(.heartbeat) { [unowned self] (_: HeartbeatRequest, _, reply: @escaping (HeartbeatResponse?) -> Void) in
        handled += 1
        waiting.append(reply)
      }
      router.add(.listGroups) { [unowned self] (_: ListGroupsRequest, _, reply: @escaping (ListGroupsResponse?) -> Void) in
        handled += 1
        reply(ListGroupsResponse())
      }
      router.add(.leaveGroup) { [unowned self] (_: LeaveGroupRequest, _, reply: @escaping (LeaveGroupResponse?) -> Void) in
        handled += 1
        reply(nil)
      }
      let handler = ConnectionHandler(id: connections.nextID(), router: router, connections: connections, logger: logger)
      try channel.pipeline.syncOperations.addHandler(handler)
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    func frame<M: BodyMessage>(_ api: ApiKey, _ message: M, version: Int16, correlation: Int32) throws -> ByteBuffer {
      var body = ByteBuffer()
      body.writeMultipleIntegers(api.rawValue, version, correlation, Int16(1))
      body.writeString("c")
      if version >= M.flexibleSince { body.writeInteger(UInt8(0)) }
      try FieldWriter.write(message, version: version, to: &body)
      var frame = ByteBuffer(integer: Int32(body.readableBytes))
      frame.writeBuffer(&body)
      return frame
    }

    func heartbeat(_ correlation: Int32) throws -> ByteBuffer {
      try frame(.heartbeat, HeartbeatRequest(), version: 3, correlation: correlation)
    }

    func list(_ correlation: Int32) throws -> ByteBuffer {
      try frame(.listGroups, ListGroupsRequest(), version: 0, correlation: correlation)
    }

    /// The correlation IDs of what was answered since the last call.
    func answers() throws -> [Int32] {
      var found: [Int32] = []
      while let answer = try channel.readOutbound(as: ByteBuffer.self) {
        found.append(try #require(answer.getInteger(at: answer.readerIndex + 4, as: Int32.self)))
      }
      return found
    }
  }

  @Test func `pipelined requests are answered in order, each after the one before it`() throws {
    let bench = try Bench()
    var bytes = try bench.heartbeat(1)
    bytes.writeImmutableBuffer(try bench.list(2))
    bytes.writeImmutableBuffer(try bench.heartbeat(3))
    try bench.channel.writeInbound(bytes)
    #expect(try bench.answers() == [])
    #expect(bench.handled == 1)
    bench.waiting.removeFirst()(HeartbeatResponse())
    #expect(try bench.answers() == [1, 2])
    bench.waiting.removeFirst()(HeartbeatResponse())
    #expect(try bench.answers() == [3])
  }

  @Test func `a request that comes byte by byte is one request`() throws {
    let bench = try Bench()
    for byte in try bench.list(9).readableBytesView { try bench.channel.writeInbound(ByteBuffer(integer: byte)) }
    #expect(try bench.answers() == [9])
    #expect(bench.connections.bufferedBytes == 0)
  }

  @Test func `ten thousand small requests in one piece do not fill the stack`() throws {
    let bench = try Bench()
    var bytes = ByteBuffer()
    let silent = try bench.frame(.leaveGroup, LeaveGroupRequest(), version: 0, correlation: 0)
    for _ in 0..<10_000 { bytes.writeImmutableBuffer(silent) }
    for number in 0..<10_000 { bytes.writeImmutableBuffer(try bench.list(Int32(number))) }
    try bench.channel.writeInbound(bytes)
    #expect(bench.handled == 20_000)
    #expect(try bench.answers() == Array(0..<10_000))
  }

  @Test(arguments: [0, -1, Int32.min, 1001, Int32.max])
  func `a size that cannot be ends the connection`(size: Int32) throws {
    let bench = try Bench()
    try bench.channel.writeInbound(ByteBuffer(integer: size))
    #expect(!bench.channel.isActive)
    #expect(bench.connections.count == 0)
  }

  @Test func `an API or a version that is not there ends the connection`() throws {
    for (api, version) in [(Int16(999), Int16(0)), (ApiKey.listGroups.rawValue, 99), (ApiKey.listGroups.rawValue, -1)] {
      let bench = try Bench()
      var frame = ByteBuffer(integer: Int32(10))
      frame.writeMultipleIntegers(api, version, Int32(5), Int16(-1))
      try bench.channel.writeInbound(frame)
      #expect(!bench.channel.isActive)
    }
  }

  @Test func `a version of ApiVersions that is not there is answered with the versions, in version 0`() throws {
    let bench = try Bench()
    var frame = ByteBuffer(integer: Int32(10))
    frame.writeMultipleIntegers(ApiKey.apiVersions.rawValue, Int16(77), Int32(5), Int16(-1))
    try bench.channel.writeInbound(frame)
    var answer = try #require(try bench.channel.readOutbound(as: ByteBuffer.self))
    answer.moveReaderIndex(forwardBy: 8)
    let response = try FieldReader.body(ApiVersionsResponse.self, from: answer, version: 0)
    #expect(response.errorCode == .unsupportedVersion)
    #expect(response.apiKeys.map(\.apiKey) == [ApiKey.apiVersions.rawValue])
    #expect(bench.channel.isActive)
  }

  @Test func `what comes ahead of an answer is not read from the socket without bound`() throws {
    let bench = try Bench(maxRequestBytes: 1 << 20)
    try bench.channel.writeInbound(try bench.heartbeat(1))
    var more = ByteBuffer()
    while more.readableBytes < 100_000 { more.writeImmutableBuffer(try bench.list(2)) }
    try bench.channel.writeInbound(more)
    #expect(bench.handled == 1)
    #expect(bench.connections.bufferedBytes >= 100_000)
    bench.waiting.removeFirst()(HeartbeatResponse())
    #expect(bench.connections.bufferedBytes == 0)
  }

  @Test func `an idle connection is closed, one that waits for its answer is not`() throws {
    let idle = try Bench()
    idle.scheduler.advance(byMilliseconds: 601_000)
    idle.connections.closeIdle(afterMilliseconds: 600_000)
    #expect(!idle.channel.isActive)
    let waiting = try Bench()
    try waiting.channel.writeInbound(try waiting.heartbeat(1))
    waiting.scheduler.advance(byMilliseconds: 601_000)
    waiting.connections.closeIdle(afterMilliseconds: 600_000)
    #expect(waiting.channel.isActive)
  }

  @Test func `an answer to a connection that is gone is dropped`() throws {
    let bench = try Bench()
    var closed: [Int] = []
    bench.connections.onClosed = { closed.append($0) }
    try bench.channel.writeInbound(try bench.heartbeat(1))
    try bench.channel.close().wait()
    bench.waiting.removeFirst()(HeartbeatResponse())
    #expect(closed == [1])
    #expect(bench.connections.count == 0)
  }
}
