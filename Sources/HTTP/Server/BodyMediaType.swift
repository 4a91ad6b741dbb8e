import Hummingbird

/// What a body claims to be.
enum BodyMediaType {
  /// Lets pass `application/json`, `application/*+json`, and a body that claims nothing.
  /// - Throws: ``ProblemDetails`` with 415 for anything else, for another charset than UTF-8, and for compressed bodies.
  static func requireJSON(_ request: Request) throws {
    if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
      throw unsupported("Compressed bodies are not taken.", accept: [.acceptEncoding: "identity"])
    }
    guard let value = request.headers[.contentType] else { return }
    let parts = value.split(separator: ";", omittingEmptySubsequences: false).map { part in
      part.lowercased().filter { $0 != " " && $0 != "\t" }
    }
    let type = parts[0]
    guard type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json")) else {
      throw unsupported("The body must be application/json.", accept: [.accept: "application/json"])
    }
    for parameter in parts.dropFirst()
    where parameter.hasPrefix("charset=") && parameter != "charset=utf-8" && parameter != "charset=\"utf-8\"" {
      throw unsupported("JSON is UTF-8.", accept: [.accept: "application/json"])
    }
  }

  private static func unsupported(_ detail: String, accept: HTTPFields) -> ProblemDetails {
    ProblemDetails(status: .unsupportedMediaType, detail: detail, headers: accept)
  }
}
