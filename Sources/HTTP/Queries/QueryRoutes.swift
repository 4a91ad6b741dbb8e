import Hummingbird
public import Logging
import ReadModels
import Runtime

/// Read models over HTTP: for each collection `GET /v1/<name>` and `GET /v1/<name>/{id}`.
///
/// A document's `ETag` is its version, a list's a digest of its documents' keys and versions; `If-None-Match` answers 304. `Last-Modified` is
/// when the body last changed. `Sluice-Position` is the WAL position (`16/B374D848`) of the newest change that the answer reflects.
/// While a change that touches many documents is still on its way to some of them, no answer has a position that is not before it.
/// A list holds `items` and `next`, the cursor of the next page or null; the `Link` header has the whole address.
public struct QueryRoutes: HTTPRoutes {
  private let collections: [DocumentCollection]
  private let limits: PageLimits
  private let logger: Logger

  /// - Parameters:
  ///   - collections: what there is to read.
  ///   - limits: of lists; no more than the stores allow.
  ///   - logger: for failures that clients only see as 503.
  public init(_ collections: [DocumentCollection], limits: PageLimits = PageLimits(), logger: Logger) {
    self.collections = collections
    self.limits = limits
    self.logger = logger
  }

  /// Adds the routes.
  public func add(to table: HTTPRouteTable) {
    for collection in collections {
      table.get("/v1/\(collection.name)") { request, _ in try await list(collection, request) }
      table.get("/v1/\(collection.name)/{id}") { request, context in try await one(collection, request, context) }
    }
  }

  private func one(_ collection: DocumentCollection, _ request: Request, _ context: HTTPRequestContext) async throws -> Response {
    let condition = try Self.condition(request)
    if let query = request.uri.query, !query.isEmpty { throw ProblemDetails.badRequest("A single document takes no query parameters.") }
    guard let raw = context.parameters.get("id"), let id = PercentEncoding.decode(raw), !id.isEmpty, !id.utf8.contains(0) else {
      throw ProblemDetails.badRequest("The identifier's escapes are broken.")
    }
    guard let document = try await reading(collection, { try await collection.documents.get(id) }) else {
      throw ProblemDetails(
        status: .notFound, type: "urn:sluice:not-found", title: "Not found",
        detail: "There is no such document, or its event has not been applied yet.")
    }
    let tag = EntityTag(value: String(document.version))
    var headers = Self.headers(tag: tag, lsn: document.lsn)
    headers[.lastModified] = CivilTime(secondsSince1970: Int(document.updatedAt / 1_000_000)).httpDate
    return Self.answer(condition, tag, headers, body: document.body)
  }

  private func list(_ collection: DocumentCollection, _ request: Request) async throws -> Response {
    let condition = try Self.condition(request)
    let query = try ListQuery(request.uri.query, filters: collection.filters, limits: limits)
    let page = try await reading(collection) { try await collection.documents.list(query.filters, after: query.cursor, limit: query.limit) }
    var digest = PageDigest()
    var body = Array("{\"items\":[".utf8)
    for (index, document) in page.documents.enumerated() {
      if index > 0 { body.append(UInt8(ascii: ",")) }
      body += document.body
      digest.add(document)
    }
    digest.add(next: page.nextCursor)
    body += "],\"next\":\(page.nextCursor.map(JSONText.quoted) ?? "null")}".utf8
    let tag = EntityTag(value: digest.text)
    var headers = Self.headers(tag: tag, lsn: page.documents.map(\.lsn).max() ?? 0)
    if let next = page.nextCursor {
      let parameters = (query.rest + [QueryString.Parameter(name: "cursor", value: next)]).map { parameter in
        PercentEncoding.encode(parameter.name) + "=" + PercentEncoding.encode(parameter.value)
      }
      headers[.link] = "</v1/\(collection.name)?\(parameters.joined(separator: "&"))>; rel=\"next\""
    }
    return Self.answer(condition, tag, headers, body: body)
  }

  /// Runs a read; what the store throws beside wrong questions is its own trouble, told to the log alone.
  private func reading<Result: Sendable>(
    _ collection: DocumentCollection, _ body: () async throws -> Result
  ) async throws -> Result {
    do {
      return try await body()
    } catch let error as DocumentQueryError {
      throw ProblemDetails.badRequest("\(error).", type: "urn:sluice:invalid-parameter", title: "Invalid parameter")
    } catch let error as CancellationError {
      throw error
    } catch {
      logger.error("a read model cannot be read", metadata: ["collection": "\(collection.name)", "error": "\(error)"])
      throw ProblemDetails.unavailable("The read model cannot be read now.")
    }
  }

  private static func condition(_ request: Request) throws -> EntityTagList? {
    let values = request.headers[values: .ifNoneMatch]
    guard !values.isEmpty else { return nil }
    guard let tags = EntityTagList(values.joined(separator: ",")) else {
      throw ProblemDetails.badRequest("If-None-Match takes entity tags in quotes, or *.")
    }
    return tags
  }

  private static func headers(tag: EntityTag, lsn: Int64) -> HTTPFields {
    // `no-cache` lets caches keep the answer and makes them ask each time, which the tag makes cheap.
    var headers: HTTPFields = [.eTag: tag.text, .cacheControl: "no-cache"]
    if lsn > 0 { headers[.sluicePosition] = Self.text(lsn: lsn) }
    return headers
  }

  private static func answer(_ condition: EntityTagList?, _ tag: EntityTag, _ headers: HTTPFields, body: [UInt8]) -> Response {
    var headers = headers
    if let condition, condition.containsWeakly(tag) {
      var response = Response(status: .notModified, headers: headers)
      // Zero would be a statement about the representation that is not sent.
      response.headers[.contentLength] = nil
      return response
    }
    headers[.contentType] = "application/json"
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }

  /// PostgreSQL's notation: two halves in hexadecimal.
  private static func text(lsn: Int64) -> String {
    let value = UInt64(bitPattern: lsn)
    return "\(String(value >> 32, radix: 16, uppercase: true))/\(String(value & 0xFFFF_FFFF, radix: 16, uppercase: true))"
  }
}
