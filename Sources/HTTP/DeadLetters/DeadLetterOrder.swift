import Capture
import Foundation
import Hummingbird
public import Syncer

/// The body of a request that does something with dead letters. What is left out does not matter; what is given must all hold.
public struct DeadLetterOrder: Codable, Sendable, Equatable {
  /// Single letters, as `topic:partition:offset`.
  public var letters: [String]?
  /// Topics whose letters are meant.
  public var topics: [String]?
  /// Partitions of the dead-letter topics.
  public var partitions: [Int32]?
  /// Offsets, as `10`, `10-20` or `10-`.
  public var offsets: String?
  /// Records of this time or later.
  public var from: String?
  /// Records before this time.
  public var before: String?
  /// The whole key.
  public var key: String?
  /// The class of the error.
  public var `class`: String?
  /// The handler that failed.
  public var handler: String?
  /// Whether to do it.
  public var execute: Bool?
  /// Who.
  public var actor: String?
  /// Why.
  public var reason: String?
  /// Retry: the topic to write to.
  public var to: String?
  /// Retry: how often a record is replayed before it is set aside.
  public var attempts: Int?
  /// Retry: the most records each second.
  public var rate: Double?
  /// Retry: also what was done before.
  public var force: Bool?
  /// Retry: also the records of parked keys, to their topic.
  public var republish: Bool?
  /// The most letters.
  public var limit: Int?
  /// Discard: also what waits behind failed records.
  public var wholeKeys: Bool?
  /// Edit: the new value.
  public var value: DeadLetterLine.Content?
  /// Edit: no value.
  public var tombstone: Bool?
  /// Edit: ask for another attempt at once.
  public var retry: Bool?

  private static let names: Set<String> = [
    "letters", "topics", "partitions", "offsets", "from", "before", "key", "class", "handler", "execute", "actor", "reason", "to",
    "attempts", "rate",
    "force", "republish", "limit", "wholeKeys", "value", "tombstone", "retry",
  ]

  /// Reads a body. A member that is not known is refused: a mistyped condition would mean more letters than were meant.
  init(parsing bytes: [UInt8]) throws {
    guard let document = try? JSONDocument(parsing: bytes), case .object(let members) = document else {
      throw ProblemDetails(status: .badRequest, detail: "expected a JSON object")
    }
    if let unknown = members.first(where: { !Self.names.contains($0.name) }) {
      throw ProblemDetails(
        status: .badRequest, detail: "expected some of \(Self.names.sorted().joined(separator: ", ")); found \(unknown.name.prefix(100))")
    }
    do { self = try JSONDecoder().decode(Self.self, from: Data(bytes)) } catch let DecodingError.typeMismatch(type, context) {
      throw ProblemDetails(status: .badRequest, detail: "\(context.codingPath.map(\.stringValue).joined(separator: ".")): expected \(type)")
    } catch {
      throw ProblemDetails(status: .badRequest, detail: "a member has a value that cannot be read")
    }
  }

  func selection() throws -> DeadLetterSelection {
    try DeadLetterQuery.selection(
      letters: letters ?? [], topics: topics ?? [], partitions: partitions ?? [], offsets: offsets, from: from, before: before, key: key,
      errorClass: self.class, handler: handler)
  }

  func request() throws -> DeadLetterRetryRequest {
    let executes = execute ?? false
    if executes, actor?.isEmpty != false || reason?.isEmpty != false {
      throw ProblemDetails(status: .badRequest, detail: "expected actor and reason: who does it, and why, is kept")
    }
    var request = DeadLetterRetryRequest(actor: ParkingActor(name: actor ?? "", reason: reason ?? ""))
    request.executes = executes
    request.limit = min(max(limit ?? DeadLetterRoutes.mostLetters, 0), DeadLetterRoutes.mostLetters)
    if let rate {
      guard (0.01...1e6).contains(rate) else { throw ProblemDetails(status: .badRequest, detail: "rate: expected 0.01 to 1000000") }
      request.rate = rate
    }
    if let attempts {
      guard attempts >= 1 else { throw ProblemDetails(status: .badRequest, detail: "attempts: expected 1 or more") }
      request.rule.attempts = attempts
    }
    request.rule.target = to
    request.rule.republishes = republish ?? (to != nil)
    request.rule.isForced = force ?? false
    return request
  }
}
