import Commands
import Foundation
import HTTPTypes
import Hummingbird
import TestSupport
import Testing

@testable import HTTP

@Suite struct CommandRoutesTests {
  private func harness(_ bus: StubBus, maxBodyBytes: Int = 1024) -> Harness {
    Harness(CommandRoutes(bus: bus, maxBodyBytes: maxBodyBytes, logger: Harness.logger))
  }

  @Test func acceptedCommandsAnswerWithTheirReceipt() async throws {
    let bus = StubBus()
    let answer = try await harness(bus).post("/v1/commands/place-order", #"{"customer":"c"}"#)
    #expect(answer.status == 202)
    let request = try #require(bus.submitted.first)
    let id = request.commandID.uuidString.lowercased()
    #expect(answer.header("Location") == "/v1/commands/\(id)")
    #expect(answer.header("ETag") == "\"3\"")
    #expect(answer.header("Sluice-Position") == "16/B374D848")
    #expect(answer.header("Idempotency-Replay") == nil)
    #expect(answer.header("X-Content-Type-Options") == "nosniff")
    #expect(answer.headers[.contentType] == "application/json")
    #expect(
      answer.text == #"{"commandId":"\#(id)","aggregateType":"order","aggregateId":"o-1","version":3,"position":"16/B374D848"}"#)
    #expect(request.name == "place-order")
    #expect(request.body == Array(#"{"customer":"c"}"#.utf8))
    #expect(request.idempotencyKey == nil)
    #expect(request.expectedVersion == nil)
  }

  @Test func replaysAreMarked() async throws {
    let bus = StubBus { StubBus.receipt($0, replayed: true) }
    let answer = try await harness(bus).post("/v1/commands/x", "{}", [.idempotencyKey: "k"])
    #expect(answer.status == 202)
    #expect(answer.header("Idempotency-Replay") == "true")
  }

  @Test(
    arguments: [("abc-1", "abc-1"), ("\"abc 1\"", nil), ("\"abc\"", "abc"), ("", nil), ("a b", nil), ("ü", nil), ("\"", nil)]
      as [(String, String?)])
  func idempotencyKeysAreReadBareAndQuoted(_ header: String, _ key: String?) async throws {
    let bus = StubBus()
    let answer = try await harness(bus).post("/v1/commands/x", "{}", [.idempotencyKey: header])
    if let key {
      #expect(answer.status == 202)
      #expect(bus.submitted.first?.idempotencyKey == key)
    } else {
      _ = try answer.problem(400)
      #expect(bus.submitted.isEmpty)
    }
  }

  @Test func thereIsOneIdempotencyKeyOfBoundedLength() async throws {
    var headers: HTTPFields = [:]
    headers.append(HTTPField(name: .idempotencyKey, value: "a"))
    headers.append(HTTPField(name: .idempotencyKey, value: "b"))
    _ = try await harness(StubBus()).post("/v1/commands/x", "{}", headers).problem(400)
    _ = try await harness(StubBus()).post("/v1/commands/x", "{}", [.idempotencyKey: String(repeating: "k", count: 256)]).problem(400)
    #expect(try await harness(StubBus()).post("/v1/commands/x", "{}", [.idempotencyKey: String(repeating: "k", count: 255)]).status == 202)
  }

  @Test func theExpectedVersionComesByHeaderOrQuery() async throws {
    let bus = StubBus()
    let harness = harness(bus)
    #expect(try await harness.post("/v1/commands/x", "{}", [.ifMatch: "\"3\""]).status == 202)
    #expect(try await harness.post("/v1/commands/x?expectedVersion=0", "{}").status == 202)
    #expect(try await harness.post("/v1/commands/x?expectedVersion=7", "{}", [.ifMatch: "\"7\""]).status == 202)
    #expect(try await harness.post("/v1/commands/x", "{}", [.ifMatch: "*"]).status == 202)
    #expect(bus.submitted.map(\.expectedVersion) == [3, 0, 7, nil])
    for header in ["3", "W/\"3\"", "\"a\"", "\"3\", \"4\"", "", "\"-1\"", "\"99999999999999999999\""] {
      _ = try await harness.post("/v1/commands/x", "{}", [.ifMatch: header]).problem(400)
    }
    for query in [
      "expectedVersion=", "expectedVersion=-1", "expectedVersion=1&expectedVersion=1", "version=1", "expectedVersion=%zz",
      "expectedVersion=1.0",
    ] {
      _ = try await harness.post("/v1/commands/x?\(query)", "{}").problem(400)
    }
    _ = try await harness.post("/v1/commands/x?expectedVersion=2", "{}", [.ifMatch: "\"3\""]).problem(400)
    #expect(bus.submitted.count == 4)
  }

  @Test(arguments: [
    (CommandError.unknownCommand("x"), 404, "urn:sluice:unknown-command"),
    (.invalid(field: "price", reason: "must be positive"), 422, "urn:sluice:invalid-command"),
    (.invalid(field: nil, reason: "no"), 422, "urn:sluice:invalid-command"),
    (.conflict(aggregateID: "o-1", expected: 2, actual: 5), 409, "urn:sluice:conflict"),
    (.rejected(rule: "a shipped order cannot be cancelled"), 422, "urn:sluice:rejected"),
    (.notFound, 404, "urn:sluice:not-found"),
    (.idempotencyKeyReused, 422, "urn:sluice:idempotency-key-reused"),
    (.unavailable, 503, "urn:sluice:unavailable"),
  ])
  func everyRefusalIsAProblem(_ error: CommandError, _ status: Int, _ type: String) async throws {
    let answer = try await harness(StubBus { _ in throw error }).post("/v1/commands/x", "{}")
    let problem = try answer.problem(status, type: type)
    #expect(problem["detail"] as? String == "\(error)" || status == 503)
    #expect(problem["instance"] as? String == "/v1/commands/x")
    #expect((answer.header("Retry-After") != nil) == (status == 503))
    if case .invalid(let field?, _) = error { #expect(problem["field"] as? String == field) }
    if case .conflict = error {
      #expect(problem["expectedVersion"] as? Int == 2)
      #expect(problem["actualVersion"] as? Int == 5)
      #expect(problem["aggregateId"] as? String == "o-1")
    }
    if case .unavailable = error { #expect((problem["commandId"] as? String).flatMap { UUID(uuidString: $0) } != nil) }
  }

  @Test func whatTheBusThrowsElseStaysInside() async throws {
    struct Secret: Error, CustomStringConvertible { let description = "SELECT password FROM users" }
    let answer = try await harness(StubBus { _ in throw Secret() }).post("/v1/commands/x", "{}")
    _ = try answer.problem(503)
    #expect(!answer.text.contains("SELECT"))
  }

  @Test(arguments: [
    "", " ", "x", "{", "}", "{\"a\":}", "{\"a\":1,}", "{'a':1}", "[1", "nul", "{}{}", "{\"a\":01}", "{\"a\":\"\u{1}\"}", "\u{FEFF}{}",
    "<a/>", "NaN",
  ])
  func bodiesThatAreNoJSON(_ body: String) async throws {
    let bus = StubBus()
    _ = try await harness(bus).post("/v1/commands/x", body).problem(400, type: "urn:sluice:not-json")
    #expect(bus.submitted.isEmpty)
  }

  @Test(arguments: ["[]", "1", "\"a\"", "null", "true"])
  func jsonThatIsNoObject(_ body: String) async throws {
    _ = try await harness(StubBus()).post("/v1/commands/x", body).problem(400)
  }

  @Test func randomBytesAreNeverAccepted() async throws {
    let bus = StubBus()
    let harness = harness(bus)
    var random = SeededRandom(seed: 42)
    let alphabet = Array("{}[]\",:\\0123456789.-+eEtrufalsn \n\t\u{0}\u{7F}".utf8) + [0xC3, 0xFF, 0xED, 0xA0]
    for _ in 0..<2000 {
      let body = (0..<Int.random(in: 0...40, using: &random)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
      let before = bus.submitted.count
      let answer = try await harness.send(
        .post, "/v1/commands/x", headers: [.contentType: "application/json"], body: RequestBody(buffer: ByteBuffer(bytes: body)))
      if bus.submitted.count == before {
        _ = try answer.problem(400)
      } else {
        // What got through must be an object for the system's parser, too.
        #expect((try? JSONSerialization.jsonObject(with: Data(body))) is [String: Any], "\(body)")
      }
    }
  }

  @Test func deepNestingIsRefused() async throws {
    let body = "{\"a\":" + String(repeating: "[", count: 400) + String(repeating: "]", count: 400) + "}"
    _ = try await harness(StubBus()).post("/v1/commands/x", body).problem(400)
  }

  @Test func bodiesAreBounded() async throws {
    let bus = StubBus()
    let harness = harness(bus, maxBodyBytes: 100)
    let fitting = "{\"a\":\"" + String(repeating: "x", count: 92) + "\"}"
    #expect(fitting.utf8.count == 100)
    #expect(try await harness.post("/v1/commands/x", fitting).status == 202)
    let problem = try await harness.post("/v1/commands/x", fitting + " ").problem(413)
    #expect(problem["limit"] as? Int == 100)
    // Announced, and never read.
    let unread = RequestBody(asyncSequence: Unreadable())
    _ = try await harness.send(.post, "/v1/commands/x", headers: [.contentType: "application/json", .contentLength: "101"], body: unread)
      .problem(413)
    // In pieces without an announcement.
    let pieces = AsyncStream { continuation in
      for _ in 0..<1000 { continuation.yield(ByteBuffer(string: "xxxxxxxxxx")) }
      continuation.finish()
    }
    _ = try await harness.send(
      .post, "/v1/commands/x", headers: [.contentType: "application/json"], body: RequestBody(asyncSequence: pieces)
    ).problem(413)
    #expect(bus.submitted.count == 1)
  }

  @Test(arguments: [
    ("application/json", 202), ("application/json; charset=utf-8", 202), ("Application/JSON;charset=\"UTF-8\"", 202),
    ("application/vnd.shop.order+json", 202), ("text/plain", 415), ("application/x-www-form-urlencoded", 415),
    ("application/json; charset=latin1", 415), ("application/jsonx", 415), ("json", 415),
  ])
  func mediaTypes(_ type: String, _ status: Int) async throws {
    let answer = try await harness(StubBus()).post("/v1/commands/x", "{}", [.contentType: type])
    if status == 202 { #expect(answer.status == 202) } else { _ = try answer.problem(status) }
  }

  @Test func compressedBodiesAreRefusedAndUntypedOnesTaken() async throws {
    let answer = try await harness(StubBus()).post("/v1/commands/x", "{}", [.contentEncoding: "gzip"])
    _ = try answer.problem(415)
    #expect(answer.header("Accept-Encoding") == "identity")
    let untyped = try await harness(StubBus()).send(.post, "/v1/commands/x", body: RequestBody(buffer: ByteBuffer(string: "{}")))
    #expect(untyped.status == 202)
  }

  @Test(arguments: ["/v1/commands/a%20b", "/v1/commands/%00", "/v1/commands/%zz", "/v1/commands/" + String(repeating: "a", count: 101)])
  func impossibleNamesAreUnknown(_ path: String) async throws {
    let bus = StubBus()
    _ = try await harness(bus).post(path, "{}").problem(404, type: "urn:sluice:unknown-command")
    #expect(bus.submitted.isEmpty)
  }

  @Test func aCommandsStatusCanBePolled() async throws {
    let id = UUID()
    let bus = StubBus(status: { asked in
      guard asked == id else { return nil }
      return CommandStatus(
        commandID: id, name: "place-order", state: .completed, aggregateType: "order", aggregateID: "o-1", version: 1,
        position: "0/1", acceptedAtMicroseconds: 1_772_366_400_000_250, finishedAtMicroseconds: nil)
    })
    let answer = try await harness(bus).get("/v1/commands/\(id.uuidString)")
    #expect(answer.status == 200)
    #expect(answer.headers[.cacheControl] == "no-store")
    let json = try answer.json
    #expect(json["state"] as? String == "completed")
    #expect(json["acceptedAt"] as? String == "2026-03-01T12:00:00.000250Z")
    #expect(json["finishedAt"] == nil)
    #expect(json["version"] as? Int == 1)
    _ = try await harness(bus).get("/v1/commands/\(UUID().uuidString)").problem(404)
    _ = try await harness(bus).get("/v1/commands/not-a-uuid").problem(400)
    let down = StubBus(status: { _ in throw CommandError.unavailable })
    _ = try await harness(down).get("/v1/commands/\(id.uuidString)").problem(503)
  }
}

/// A body whose reading is a failure of the test.
private struct Unreadable: AsyncSequence, Sendable {
  struct Iterator: AsyncIteratorProtocol {
    mutating func next() async throws -> ByteBuffer? {
      Issue.record("the body was read")
      return nil
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator() }
}
