public import Commands
public import Foundation
import Hummingbird

extension ProblemDetails {
  /// The answer to a command that was not carried out.
  /// - Parameter commandID: under which the log knows the command, where it does.
  public init(_ error: CommandError, commandID: UUID? = nil) {
    let detail = "\(error)"
    switch error {
    case .unknownCommand:
      self.init(status: .notFound, type: "urn:sluice:unknown-command", title: "Unknown command", detail: detail)
    case .invalid(let field, _):
      self.init(
        status: .unprocessableContent, type: "urn:sluice:invalid-command", title: "Invalid command", detail: detail,
        members: field.map { [("field", .string($0))] } ?? [])
    case .conflict(let id, let expected, let actual):
      self.init(
        status: .conflict, type: "urn:sluice:conflict", title: "Version conflict", detail: detail,
        members: [("aggregateId", .string(id)), ("expectedVersion", .integer(expected)), ("actualVersion", .integer(actual))])
    case .rejected:
      self.init(status: .unprocessableContent, type: "urn:sluice:rejected", title: "Refused by a rule", detail: detail)
    case .notFound:
      self.init(status: .notFound, type: "urn:sluice:not-found", title: "Not found", detail: detail)
    case .idempotencyKeyReused:
      self.init(
        status: .unprocessableContent, type: "urn:sluice:idempotency-key-reused", title: "Idempotency key used before", detail: detail)
    case .unavailable:
      self = .unavailable(detail)
    }
    if let commandID { members.append(("commandId", .string(commandID.uuidString.lowercased()))) }
  }
}
