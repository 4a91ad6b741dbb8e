import Commands
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import ReadModels
import Runtime
import Synchronization
import Testing

@testable import HTTP

/// Asks a server's responder in the process, without a socket.
struct Harness: Sendable {
  private let server: HTTPServer

  init(_ routes: any HTTPRoutes..., configuration: HTTPServerConfiguration = HTTPServerConfiguration()) {
    server = HTTPServer(configuration: configuration, routes: routes, logger: Self.logger)
  }

  static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  func send(
    _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: RequestBody = RequestBody(buffer: ByteBuffer())
  ) async throws -> Answer {
    let head = HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path, headerFields: headers)
    let response = try await server.responder.respond(to: Request(head: head, body: body), context: HTTPRequestContext(logger: Self.logger))
    let collector = Collector()
    try await response.body.write(collector)
    return Answer(status: Int(response.status.code), headers: response.headers, body: collector.bytes)
  }

  func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> Answer { try await send(.get, path, headers: headers) }

  func post(_ path: String, _ body: String, _ headers: HTTPFields = [:]) async throws -> Answer {
    var headers = headers
    if headers[.contentType] == nil { headers[.contentType] = "application/json" }
    return try await send(.post, path, headers: headers, body: RequestBody(buffer: ByteBuffer(string: body)))
  }
}

/// What came back.
struct Answer: Sendable {
  var status: Int
  var headers: HTTPFields
  var body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }

  var json: [String: Any] {
    get throws { try #require(JSONSerialization.jsonObject(with: Data(body)) as? [String: Any], "\(text)") }
  }

  func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

  /// The answer as a problem document of that status, checked for what every one of them must hold.
  func problem(_ status: Int, type: String? = nil, sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    #expect(self.status == status, "\(text)", sourceLocation: sourceLocation)
    #expect(headers[.contentType] == "application/problem+json", sourceLocation: sourceLocation)
    #expect(headers[.cacheControl] == "no-store", sourceLocation: sourceLocation)
    let json = try json
    #expect(json["status"] as? Int == status, sourceLocation: sourceLocation)
    #expect((json["title"] as? String)?.isEmpty == false, sourceLocation: sourceLocation)
    if let type { #expect(json["type"] as? String == type, sourceLocation: sourceLocation) }
    return json
  }
}

/// Holds what a response's body writes.
private final class Collector: ResponseBodyWriter, Sendable {
  private let storage = Mutex<[UInt8]>([])

  var bytes: [UInt8] { storage.withLock { $0 } }

  func write(_ buffer: ByteBuffer) async throws { storage.withLock { $0.append(contentsOf: buffer.readableBytesView) } }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// A bus that answers what the test says.
final class StubBus: CommandBus {
  private let requests = Mutex<[CommandRequest]>([])
  private let onSubmit: @Sendable (CommandRequest) async throws -> CommandReceipt
  private let onStatus: @Sendable (UUID) async throws -> CommandStatus?

  init(
    submit: @escaping @Sendable (CommandRequest) async throws -> CommandReceipt = { StubBus.receipt($0) },
    status: @escaping @Sendable (UUID) async throws -> CommandStatus? = { _ in nil }
  ) {
    onSubmit = submit
    onStatus = status
  }

  /// What was submitted, in order.
  var submitted: [CommandRequest] { requests.withLock { $0 } }

  func submit(_ request: CommandRequest) async throws -> CommandReceipt {
    requests.withLock { $0.append(request) }
    return try await onSubmit(request)
  }

  func status(of id: UUID) async throws -> CommandStatus? { try await onStatus(id) }

  static func receipt(_ request: CommandRequest, replayed: Bool = false) -> CommandReceipt {
    CommandReceipt(
      commandID: request.commandID, aggregateType: "order", aggregateID: "o-1", version: 3, position: "16/B374D848", replayed: replayed)
  }
}

/// Documents in memory, ordered by key.
struct StubDocuments: DocumentReading {
  var documents: [StoredDocument]
  var failure: (any Error)?
  let asked = Asked()

  final class Asked: Sendable {
    private let value = Mutex<[[DocumentFilter]]>([])
    var filters: [[DocumentFilter]] { value.withLock { $0 } }
    func add(_ filters: [DocumentFilter]) { value.withLock { $0.append(filters) } }
  }

  init(_ documents: [StoredDocument] = [], failure: (any Error)? = nil) {
    self.documents = documents
    self.failure = failure
  }

  func get(_ key: String) async throws -> StoredDocument? {
    if let failure { throw failure }
    guard Int64(key) != nil else { throw DocumentQueryError.invalidKey(expected: "bigint") }
    return documents.first { $0.key == key }
  }

  func list(_ filters: [DocumentFilter], after cursor: String?, limit: Int) async throws -> DocumentPage {
    if let failure { throw failure }
    asked.add(filters)
    guard cursor != "wrong" else { throw DocumentQueryError.invalidCursor }
    let rest = documents.filter { $0.key > (cursor ?? "") }
    return DocumentPage(documents: Array(rest.prefix(limit)), nextCursor: rest.count > limit ? rest[limit - 1].key : nil)
  }

  static func document(_ key: String, version: Int64 = 1, lsn: Int64 = 0x16_B374_D848) -> StoredDocument {
    StoredDocument(key: key, body: Array(#"{"id":\#(key)}"#.utf8), version: version, lsn: lsn, updatedAt: 1_772_366_400_250_000)
  }
}
