import Foundation
import Hummingbird
import Kafka
public import Logging
public import Syncer

/// Dead letters over HTTP: what `sluice dlq` does.
///
/// - `GET /v1/dlq` answers letters with what has become of them, and counts. Parameters: `topic` (more than once), `partition`, `offsets` (`10-20`), `from`, `before`
///   (times), `key`, `class`, `handler`, `limit` (100), `by` (`topic,class`).
/// - `GET /v1/dlq/export` answers all letters that the same parameters select (without `limit` and `by`), each as a line of JSON.
/// - `GET /v1/dlq/{topic}/{partition}/{offset}` answers one letter.
/// - `POST /v1/dlq/retry`, `/v1/dlq/discard` and `/v1/dlq/edit` take a ``DeadLetterOrder`` and answer what was done, or would be: nothing is done without
///   `"execute": true`, and that needs `actor` and `reason`.
///
/// What changes something must say that it is `application/json`, which no form of a web page elsewhere can do without being asked first.
public struct DeadLetterRoutes: HTTPRoutes {
  /// The most letters that one request deals with.
  public static let mostLetters = 10_000

  private let office: DeadLetterOffice
  private let maxBodyBytes: Int
  private let logger: Logger

  /// - Parameters:
  ///   - office: with a read database.
  ///   - maxBodyBytes: larger bodies are answered with 413.
  ///   - logger: for failures that clients only see as 503.
  public init(office: DeadLetterOffice, maxBodyBytes: Int = 4 << 20, logger: Logger) {
    self.office = office
    self.maxBodyBytes = maxBodyBytes
    self.logger = logger
  }

  /// Adds the routes.
  public func add(to table: HTTPRouteTable) {
    table.get("/v1/dlq") { request, _ in try await answering { try await list(request) } }
    table.get("/v1/dlq/export") { request, _ in try await answering { try await export(request) } }
    table.get("/v1/dlq/{topic}/{partition}/{offset}") { _, context in
      try await answering {
        let parts = try ["topic", "partition", "offset"].map { name in
          guard let raw = context.parameters.get(name), let value = PercentEncoding.decode(raw) else {
            throw ProblemDetails(status: .badRequest, detail: "the path's escapes are broken")
          }
          return value
        }
        guard let place = DeadLetterPlace(parsing: parts.joined(separator: ":")) else {
          throw ProblemDetails(status: .badRequest, detail: "expected /v1/dlq/topic/partition/offset with two numbers")
        }
        return try Self.json(DeadLetterLine(try await office.letter(at: place)))
      }
    }
    order("/v1/dlq/retry", table) { order in
      try await office.retry(try order.selection(), try order.request())
    }
    order("/v1/dlq/discard", table) { order in
      guard order.reason?.isEmpty == false else {
        throw ProblemDetails(status: .badRequest, detail: "expected a reason: why the records are not to be applied")
      }
      return try await office.discard(try order.selection(), wholeKeys: order.wholeKeys ?? false, try order.request())
    }
    order("/v1/dlq/edit", table) { order in
      let selection = try order.selection()
      guard let place = selection.places.first, selection.places.count == 1 else {
        throw ProblemDetails(status: .badRequest, detail: "expected one letter in letters, found \(selection.places.count)")
      }
      guard order.value != nil || order.tombstone == true else {
        throw ProblemDetails(status: .badRequest, detail: "expected the new value as {\"text\"} or {\"base64\"}, or tombstone")
      }
      let bytes = order.tombstone == true ? nil : order.value?.bytes
      guard order.tombstone == true || bytes != nil else {
        throw ProblemDetails(status: .badRequest, detail: "value: expected text or base64")
      }
      return try await office.edit(place, value: bytes, retries: order.retry ?? false, try order.request())
    }
  }

  private func order(
    _ pattern: String, _ table: HTTPRouteTable, _ body: @escaping @Sendable (DeadLetterOrder) async throws -> DeadLetterOutcome
  ) {
    table.post(pattern) { request, context in
      guard request.headers[.contentType] != nil else {
        throw ProblemDetails(
          status: .unsupportedMediaType, detail: "The body must be application/json.", headers: [.accept: "application/json"])
      }
      try BodyMediaType.requireJSON(request)
      let bytes = try await request.boundedBody(upTo: maxBodyBytes, stage: context.stage)
      return try await answering { try Self.json(try await body(try DeadLetterOrder(parsing: bytes))) }
    }
  }

  private func list(_ request: Request) async throws -> Response {
    let query = try DeadLetterQuery(request.uri.query ?? "")
    var counts = DeadLetterCounts(by: query.groupings ?? [.state])
    var letters: [DeadLetterLine] = []
    try await office.read(query.selection) { items in
      for item in items {
        counts.add(item)
        if query.groupings == nil, letters.count < query.limit { letters.append(DeadLetterLine(item)) }
      }
      return true
    }
    return try Self.json(DeadLetterListing(counts, letters: query.groupings == nil ? letters : nil))
  }

  /// However many there are, a page of them is in memory. What fails after the first one cuts the answer off, so that nobody takes it for whole.
  private func export(_ request: Request) async throws -> Response {
    let query = try DeadLetterQuery(request.uri.query ?? "", isExport: true)
    // Whatever is not there is told before the first line.
    _ = try await office.partitions(query.selection)
    let encoder = Self.encoder()
    return Response(
      status: .ok, headers: [.contentType: "application/x-ndjson", .cacheControl: "no-store"],
      body: ResponseBody { [office] writer in
        try await office.read(query.selection) { items in
          var page = ByteBuffer()
          for item in items {
            page.writeBytes(try encoder.encode(DeadLetterLine(item)))
            page.writeInteger(UInt8(ascii: "\n"))
          }
          try await writer.write(page)
          return true
        }
        try await writer.finish(nil)
      })
  }

  private static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  private static func json(_ value: some Encodable) throws -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(bytes: try encoder().encode(value))))
  }

  /// Turns the office's errors into answers; what it says is safe to show anybody.
  private func answering(_ body: () async throws -> Response) async throws -> Response {
    do { return try await body() } catch let error as DeadLetterToolError {
      let status: HTTPResponse.Status =
        switch error.code {
        case .notFound: .notFound
        case .conflict: .conflict
        case .invalid: .badRequest
        case .undelivered, .unavailable: .serviceUnavailable
        }
      throw ProblemDetails(status: status, detail: error.description)
    } catch let error as ParkingError {
      throw ProblemDetails(status: .conflict, detail: error.description)
    } catch let error as KafkaError {
      logger.error("dead letters could not be reached", metadata: ["reason": "\(error)"])
      throw ProblemDetails(status: .serviceUnavailable, detail: "no broker answers")
    }
  }
}
