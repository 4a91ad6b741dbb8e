public import Commands
import Foundation
import Hummingbird
public import Logging
import Runtime

/// Commands over HTTP.
///
/// - `POST /v1/commands/{name}` carries out a command: 202 with its receipt and where to ask for it.
/// - `GET /v1/commands/{id}` tells what became of one.
///
/// Header fields of the request: `Idempotency-Key` (a repeat gets the first answer, marked `Idempotency-Replay: true`), `If-Match` with the
/// aggregate's version as entity tag, or the query parameter `expectedVersion`. Of the answer: `Location`, `ETag` (the aggregate's
/// version), `Sluice-Position` (the WAL position, see `CommandReceipt`).
public struct CommandRoutes: HTTPRoutes {
  private let bus: any CommandBus
  private let maxBodyBytes: Int
  private let logger: Logger

  /// - Parameters:
  ///   - bus: carries the commands out.
  ///   - maxBodyBytes: larger bodies are answered with 413; should not exceed the bus's own limit.
  ///   - logger: for failures that clients only see as 503.
  public init(bus: any CommandBus, maxBodyBytes: Int = 1 << 20, logger: Logger) {
    self.bus = bus
    self.maxBodyBytes = maxBodyBytes
    self.logger = logger
  }

  /// Adds the routes.
  public func add(to table: HTTPRouteTable) {
    table.post("/v1/commands/{name}") { request, context in try await submit(request, context) }
    table.get("/v1/commands/{name}") { request, context in try await status(request, context) }
  }

  private func submit(_ request: Request, _ context: HTTPRequestContext) async throws -> Response {
    guard let raw = context.parameters.get("name"), let name = PercentEncoding.decode(raw), Self.isName(name) else {
      throw ProblemDetails(CommandError.unknownCommand("?"))
    }
    let conditions = try CommandConditions(request)
    try BodyMediaType.requireJSON(request)
    let body = try await request.boundedBody(upTo: maxBodyBytes, stage: context.stage)
    try Self.requireObject(body)
    let command = CommandRequest(
      name: name, body: body, idempotencyKey: conditions.idempotencyKey, expectedVersion: conditions.expectedVersion)
    let receipt: CommandReceipt
    do {
      receipt = try await bus.submit(command)
    } catch let error as CommandError {
      // A refusal given again for its key is logged under the first command's identifier, which is not known here.
      let isLogged =
        switch error {
        case .unavailable: true
        case .conflict, .rejected, .notFound: command.idempotencyKey == nil
        case .unknownCommand, .invalid, .idempotencyKeyReused: false
        }
      throw ProblemDetails(error, commandID: isLogged ? command.commandID : nil)
    } catch let error as CancellationError {
      throw error
    } catch {
      logger.error("a command failed", metadata: ["command": "\(name)", "error": "\(error)"])
      throw ProblemDetails(CommandError.unavailable, commandID: command.commandID)
    }
    return Self.accepted(receipt)
  }

  private func status(_ request: Request, _ context: HTTPRequestContext) async throws -> Response {
    guard let raw = context.parameters.get("name"), let id = UUID(uuidString: raw) else {
      throw ProblemDetails.badRequest("A command's identifier is a UUID.")
    }
    let status: CommandStatus?
    do {
      status = try await bus.status(of: id)
    } catch let error as CommandError {
      throw ProblemDetails(error)
    }
    guard let status else {
      throw ProblemDetails(
        status: .notFound, type: "urn:sluice:not-found", title: "Not found",
        detail: "There is no such command, or it is too long ago.")
    }
    return Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(string: CommandJSON.text(of: status))))
  }

  private static func accepted(_ receipt: CommandReceipt) -> Response {
    var headers: HTTPFields = [
      .contentType: "application/json", .cacheControl: "no-store",
      .location: "/v1/commands/\(receipt.commandID.uuidString.lowercased())", .eTag: "\"\(receipt.version)\"",
      .sluicePosition: receipt.position,
    ]
    if receipt.replayed { headers[.idempotencyReplay] = "true" }
    return Response(status: .accepted, headers: headers, body: .init(byteBuffer: ByteBuffer(string: CommandJSON.text(of: receipt))))
  }

  /// Names are looked up in a table; what cannot stand there is not looked up, and not repeated to the caller.
  private static func isName(_ name: String) -> Bool {
    (1...100).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
      }
  }

  /// The bus reads the body again with the command's own rules; here it is only told apart from what is no JSON at all.
  private static func requireObject(_ body: [UInt8]) throws {
    let type = "urn:sluice:not-json"
    guard !body.isEmpty else { throw ProblemDetails.badRequest("The body is empty; send a JSON object.", type: type, title: "Not JSON") }
    do {
      guard case .object = try JSONParser.parse(body) else {
        throw ProblemDetails.badRequest("The body is JSON, but not an object.", type: type, title: "Not an object")
      }
    } catch let error as JSONSyntaxError {
      throw ProblemDetails.badRequest("The body is not JSON: \(error.reason) at byte \(error.offset).", type: type, title: "Not JSON")
    }
  }
}
