import Hummingbird

/// What a command's request says beside its body: the idempotency key and the expected version.
struct CommandConditions: Equatable {
  let idempotencyKey: String?
  let expectedVersion: Int64?

  /// - Throws: ``ProblemDetails`` with 400 when one of them is malformed or they contradict each other.
  init(_ request: Request) throws {
    idempotencyKey = try Self.key(request.headers[values: .idempotencyKey])
    let matched = try Self.version(ifMatch: request.headers[values: .ifMatch])
    let asked = try Self.version(query: request.uri.query)
    if let matched, let asked, matched != asked {
      throw ProblemDetails.badRequest("If-Match says version \(matched), expectedVersion says \(asked).")
    }
    expectedVersion = asked ?? matched
  }

  /// The draft of the HTTP working group makes the key a quoted string; most clients send it bare. Both mean the same key.
  private static func key(_ values: [String]) throws -> String? {
    guard let value = values.first else { return nil }
    guard values.count == 1 else { throw ProblemDetails.badRequest("There may be one Idempotency-Key.") }
    var key = value[...]
    if key.utf8.count >= 2, key.hasPrefix("\""), key.hasSuffix("\"") { key = key.dropFirst().dropLast() }
    guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }) else {
      throw ProblemDetails.badRequest("The Idempotency-Key must be 1 to 255 printable ASCII characters without blanks and quotes.")
    }
    return String(key)
  }

  private static func version(ifMatch values: [String]) throws -> Int64? {
    guard !values.isEmpty else { return nil }
    let tags = EntityTagList(values.joined(separator: ","))
    // `*` asks that the thing exists, which the command's own rules say.
    if tags == .any { return nil }
    guard case .tags(let list) = tags, list.count == 1, let tag = list.first, !tag.isWeak, let version = number(tag.value) else {
      throw ProblemDetails.badRequest("If-Match takes one version as entity tag, such as \"3\".")
    }
    return version
  }

  private static func version(query: String?) throws -> Int64? {
    guard let query, !query.isEmpty else { return nil }
    guard let parameters = QueryString(query) else { throw ProblemDetails.badRequest("The query's escapes are broken.") }
    for parameter in parameters.parameters where parameter.name != "expectedVersion" {
      throw ProblemDetails.badRequest("The only query parameter here is expectedVersion.")
    }
    guard parameters.parameters.count == 1, let version = parameters.parameters.first.flatMap({ number($0.value) }) else {
      throw ProblemDetails.badRequest("expectedVersion must be one whole number from 0.")
    }
    return version
  }

  private static func number(_ text: String) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(text)
  }
}
