import Capture
import Foundation
import Hummingbird

/// Answers in Kafka Connect's form.
enum ConnectAnswer {
  static func json(_ document: JSONDocument, status: HTTPResponse.Status = .ok, headers more: HTTPFields = [:]) -> Response {
    var headers = more
    headers[.contentType] = "application/json"
    headers[.cacheControl] = "no-store"
    return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: document.text)))
  }

  static func empty(_ status: HTTPResponse.Status) -> Response { Response(status: status, headers: [.cacheControl: "no-store"]) }

  /// `{"error_code":…,"message":…}`.
  static func error(_ status: HTTPResponse.Status, _ message: String, headers: HTTPFields = [:]) -> Response {
    json(
      .object([
        .init(name: "error_code", value: .number(String(status.code))), .init(name: "message", value: .string(message)),
      ]), status: status, headers: headers)
  }

  static func error(_ error: ConnectorRequestError) -> Response {
    let status: HTTPResponse.Status =
      switch error.kind {
      case .notFound: .notFound
      case .conflict: .conflict
      case .invalid: .badRequest
      case .forbidden: .forbidden
      case .failed: .internalServerError
      }
    return self.error(status, error.message)
  }

  static func strings(_ values: [String]) -> JSONDocument { .array(values.map { .string($0) }) }

  static func settings(_ settings: [String: String]) -> JSONDocument {
    .object(settings.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .string($0.value)) })
  }
}
