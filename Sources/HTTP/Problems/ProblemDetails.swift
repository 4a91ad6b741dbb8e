public import Hummingbird
import Runtime

/// An error answer: a problem document of RFC 9457, `application/problem+json`. Throw it from a handler.
///
/// What stands in it goes to anybody: never SQL, row values, addresses or stack traces.
public struct ProblemDetails: Error, HTTPResponseError {
  /// An additional member.
  public enum Member: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    case strings([String])
  }

  /// The media type.
  public static let contentType = "application/problem+json"

  /// The answer's status.
  public var status: HTTPResponse.Status
  /// What kind of problem, for programs: `urn:sluice:conflict`; `about:blank` when the status says it all.
  public var type: String
  /// What kind of problem, for people; the same for every occurrence.
  public var title: String
  /// What happened this time and what to do about it.
  public var detail: String?
  /// Additional members, in this order.
  public var members: [(name: String, value: Member)]
  /// Additional header fields.
  public var headers: HTTPFields

  /// A problem of a kind of its own.
  public init(
    status: HTTPResponse.Status, type: String = "about:blank", title: String? = nil, detail: String? = nil,
    members: [(name: String, value: Member)] = [], headers: HTTPFields = [:]
  ) {
    self.status = status
    self.type = type
    self.title = title ?? status.reasonPhrase
    self.detail = detail
    self.members = members
    self.headers = headers
  }

  /// The document. `instance` is the path that was asked for.
  public func json(instance: String?) -> String {
    var text = "{\"type\":\(JSONText.quoted(type)),\"title\":\(JSONText.quoted(title)),\"status\":\(status.code)"
    if let detail { text += ",\"detail\":\(JSONText.quoted(detail))" }
    if let instance { text += ",\"instance\":\(JSONText.quoted(instance))" }
    for (name, value) in members {
      text += ",\(JSONText.quoted(name)):"
      switch value {
      case .string(let string): text += JSONText.quoted(string)
      case .integer(let integer): text += String(integer)
      case .strings(let strings): text += "[" + strings.map(JSONText.quoted).joined(separator: ",") + "]"
      }
    }
    return text + "}"
  }

  /// The answer to a request.
  public func response(from request: Request, context: some RequestContext) throws -> Response { response(for: request) }

  func response(for request: Request, adding more: HTTPFields = [:]) -> Response {
    var fields = more
    fields[.contentLength] = nil
    for field in headers { fields[field.name] = field.value }
    fields[.contentType] = Self.contentType
    fields[.cacheControl] = "no-store"
    // Only the path, and not without end: a query may hold what should not be repeated.
    let path = String(request.uri.path.prefix(200))
    return Response(status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(string: json(instance: path))))
  }
}
