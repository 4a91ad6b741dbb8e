import Capture
import Foundation
import Hummingbird

/// A request as Kafka Connect's resources take it.
struct ConnectRequest: Sendable {
  let request: Request
  let context: HTTPRequestContext
  let maxBodyBytes: Int

  /// A part of the path, without escapes.
  func parameter(_ name: String) throws -> String {
    guard let raw = context.parameters.get(name), let value = PercentEncoding.decode(raw), !value.isEmpty else {
      throw ConnectorRequestError(.invalid, "the path's escapes are broken")
    }
    return value
  }

  /// The values of a query parameter.
  func query(_ name: String) throws -> [String] {
    guard let query = QueryString(request.uri.query ?? "") else { throw ConnectorRequestError(.invalid, "the query's escapes are broken") }
    return query.values(name)
  }

  /// As JAX-RS reads a boolean: anything but `true` is false.
  func flag(_ name: String, default fallback: Bool = false) throws -> Bool {
    try query(name).first.map { $0.lowercased() == "true" } ?? fallback
  }

  /// The body as a JSON value.
  func body() async throws -> JSONDocument {
    try BodyMediaType.requireJSON(request)
    let bytes = try await request.boundedBody(upTo: maxBodyBytes, stage: context.stage)
    do { return try JSONDocument(parsing: bytes) } catch {
      throw ConnectorRequestError(.invalid, "the body is not JSON: \(error.reason) in line \(error.line), column \(error.column)")
    }
  }

  /// The body as a configuration: numbers and booleans become text, as Kafka Connect reads them.
  func settings() async throws -> [String: String?] { try Self.settings(await body(), what: "the body") }

  static func settings(_ document: JSONDocument?, what: String) throws -> [String: String?] {
    guard case .object(let members) = document ?? .null else {
      throw ConnectorRequestError(.invalid, "\(what): expected an object of configuration keys, found \(document?.kind ?? "nothing")")
    }
    var result: [String: String?] = [:]
    for member in members {
      switch member.value {
      case .string(let text), .number(let text): result[member.name] = .some(text)
      case .bool(let value): result[member.name] = .some(value ? "true" : "false")
      case .null: result[member.name] = .some(nil)
      case .array, .object:
        throw ConnectorRequestError(
          .invalid, "key \"\(member.name.prefix(200))\" is \(member.value.kind): expected a string, a number or a boolean")
      }
    }
    return result
  }

  /// For whole configurations, where null means nothing.
  static func complete(_ settings: [String: String?]) throws -> [String: String] {
    try settings.reduce(into: [:]) { result, member in
      guard let value = member.value else {
        throw ConnectorRequestError(
          .invalid, "key \"\(member.key.prefix(200))\": Null value can not be supplied as the configuration value.")
      }
      result[member.key] = value
    }
  }
}
