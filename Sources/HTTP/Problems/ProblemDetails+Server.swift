import Hummingbird

extension ProblemDetails {
  static let noSuchResource = ProblemDetails(status: .notFound, detail: "There is nothing at this path.")

  static func methodNotAllowed(allow: String) -> ProblemDetails {
    ProblemDetails(status: .methodNotAllowed, detail: "This path answers \(allow).", headers: [.allow: allow])
  }

  static func headTooLarge(limit: Int) -> ProblemDetails {
    ProblemDetails(
      status: .requestHeaderFieldsTooLarge, detail: "The path and the header fields together may have \(limit) bytes.",
      headers: [.connection: "close"])
  }

  static func bodyTooLarge(limit: Int) -> ProblemDetails {
    ProblemDetails(
      status: .contentTooLarge, detail: "The body may have \(limit) bytes.", members: [("limit", .integer(Int64(limit)))],
      headers: [.connection: "close"])
  }

  static let bodyTimeout = ProblemDetails(
    status: .requestTimeout, detail: "The body did not arrive in time.", headers: [.connection: "close"])

  static let timeout = ProblemDetails(
    status: .serviceUnavailable, type: "urn:sluice:timeout", title: "No answer in time",
    detail: "The request took too long. A command may have been carried out: repeat it with the same Idempotency-Key.",
    headers: [.retryAfter: "1", .connection: "close"])

  static func unavailable(_ detail: String) -> ProblemDetails {
    ProblemDetails(
      status: .serviceUnavailable, type: "urn:sluice:unavailable", title: "Unavailable", detail: detail, headers: [.retryAfter: "1"])
  }

  static func internalError(requestID: String?) -> ProblemDetails {
    ProblemDetails(
      status: .internalServerError, detail: "The server failed; its log says why.",
      members: requestID.map { [("requestId", .string($0))] } ?? [])
  }

  static func badRequest(_ detail: String, type: String = "urn:sluice:bad-request", title: String = "Malformed request") -> ProblemDetails {
    ProblemDetails(status: .badRequest, type: type, title: title, detail: detail)
  }
}
