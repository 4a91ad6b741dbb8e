import Foundation
import Hummingbird
import Runtime
import ServiceLifecycle
import TestSupport
import Testing

@testable import HTTP

#if canImport(Glibc)
  import Glibc
#endif

/// The same server behind a real socket: what only shows on the wire.
@Suite struct LiveServerTests {
  /// Runs a server on a free port while `body` talks to it.
  private func withServer<Result: Sendable>(
    _ routes: any HTTPRoutes..., configuration: HTTPServerConfiguration = HTTPServerConfiguration(), _ body: (Int) async throws -> Result
  ) async throws -> Result {
    let (addresses, tell) = AsyncStream<HostPort>.makeStream()
    let server = HTTPServer(configuration: configuration, routes: routes, logger: Harness.logger) { tell.yield($0) }
    let group = ServiceGroup(services: [server], logger: Harness.logger)
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var iterator = addresses.makeAsyncIterator()
      let address = try #require(await iterator.next())
      do {
        let result = try await body(address.port)
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return result
      } catch {
        await group.triggerGracefulShutdown()
        throw error
      }
    }
  }

  private var routes: CommandRoutes { CommandRoutes(bus: StubBus(), maxBodyBytes: 100, logger: Harness.logger) }

  @Test func requestsAreAnsweredOnTheWire() async throws {
    try await withServer(routes, OperationsRoutes(metrics: PrometheusMetrics(), health: Health())) { port in
      let accepted = try await Wire.send(
        "POST /v1/commands/x HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        to: port)
      #expect(accepted.hasPrefix("HTTP/1.1 202 Accepted\r\n"))
      let missing = try await Wire.send("GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", to: port)
      #expect(missing.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
      #expect(missing.lowercased().contains("content-type: application/problem+json\r\n"))
      let live = try await Wire.send("GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", to: port)
      #expect(live.hasSuffix(#"{"status":"up","checks":[]}"#))
    }
  }

  @Test func chunkedBodiesAreBounded() async throws {
    try await withServer(routes) { port in
      let chunk = "40\r\n" + String(repeating: "x", count: 64) + "\r\n"
      let answer = try await Wire.send(
        "POST /v1/commands/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunk + chunk + "0\r\n\r\n",
        to: port)
      #expect(answer.hasPrefix("HTTP/1.1 413 "))
    }
  }

  @Test func garbageIsRefusedAndTheServerGoesOn() async throws {
    try await withServer(routes, OperationsRoutes(metrics: nil, health: Health())) { port in
      var random = SeededRandom(seed: 7)
      for _ in 0..<50 {
        let bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
        _ = try await Wire.send(bytes, to: port)
      }
      for broken in [
        "GET / HTTP/1.1\r\nBad Header: x\r\n\r\n", "POST /v1/commands/x HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "POST /v1/commands/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "GET /v1/commands/x HTTP/9.9\r\n\r\n",
      ] {
        let answer = try await Wire.send(broken, to: port)
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer)")
      }
      let live = try await Wire.send("GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", to: port)
      #expect(live.hasPrefix("HTTP/1.1 200 OK\r\n"))
    }
  }

  @Test func anAddressInUseIsSaidSo() async throws {
    try await withServer(routes) { port in
      let second = HTTPServer(
        configuration: HTTPServerConfiguration(listen: HostPort(host: "127.0.0.1", port: port)), routes: [], logger: Harness.logger)
      let error = await #expect(throws: HTTPServerError.self) { try await second.run() }
      #expect(error?.description == "cannot listen on 127.0.0.1:\(port): the address is in use by another process")
    }
  }
}

/// One request over one connection, bytes as they are. The blocking calls run on a thread of their own: the server under test
/// needs those of the cooperative pool.
private enum Wire {
  static func send(_ request: String, to port: Int) async throws -> String { try await send(Array(request.utf8), to: port) }

  static func send(_ request: [UInt8], to port: Int) async throws -> String {
    let answer = await withCheckedContinuation { continuation in
      Thread { continuation.resume(returning: exchange(request, port)) }.start()
    }
    return try #require(answer, "no connection")
  }

  private static func exchange(_ request: [UInt8], _ port: Int) -> String? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var timeout = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard connected == 0, Glibc.send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return nil }
    shutdown(descriptor, Int32(SHUT_WR))
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      answer += buffer[..<count]
    }
    return String(decoding: answer, as: UTF8.self)
  }
}
