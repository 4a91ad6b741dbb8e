import Hummingbird
import Syncer

/// What `GET /v1/dlq` is asked.
struct DeadLetterQuery {
  var selection: DeadLetterSelection
  var limit = 100
  var groupings: [DeadLetterCounts.Grouping]?

  private static let names: Set<String> = ["topic", "partition", "offsets", "from", "before", "key", "class", "handler", "limit", "by"]

  /// - Parameter isExport: whether all letters are meant, one by one.
  init(_ text: String, isExport: Bool = false) throws {
    let names = isExport ? Self.names.subtracting(["limit", "by"]) : Self.names
    guard let query = QueryString(text) else { throw ProblemDetails(status: .badRequest, detail: "the query has a broken percent escape") }
    if let unknown = query.parameters.first(where: { !names.contains($0.name) }) {
      throw ProblemDetails(
        status: .badRequest,
        detail: "expected some of \(names.sorted().joined(separator: ", ")); found \(unknown.name.prefix(100))")
    }
    func one(_ name: String) -> String? { query.values(name).last }
    selection = try Self.selection(
      letters: [], topics: query.values("topic"),
      partitions: try query.values("partition").map { text in
        guard let number = Int32(text) else { throw ProblemDetails(status: .badRequest, detail: "partition: expected a number") }
        return number
      }, offsets: one("offsets"), from: one("from"), before: one("before"), key: one("key"), errorClass: one("class"),
      handler: one("handler"))
    if let text = one("limit") {
      guard let number = Int(text), (0...DeadLetterRoutes.mostLetters).contains(number) else {
        throw ProblemDetails(status: .badRequest, detail: "limit: expected 0 to \(DeadLetterRoutes.mostLetters)")
      }
      limit = number
    }
    groupings = try one("by").map { text in
      try text.split(separator: ",").map { name in
        guard let grouping = DeadLetterCounts.Grouping(rawValue: String(name)) else {
          throw ProblemDetails(
            status: .badRequest,
            detail: "by: expected some of \(DeadLetterCounts.Grouping.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return grouping
      }
    }
  }

  static func selection(
    letters: [String], topics: [String], partitions: [Int32], offsets: String?, from: String?, before: String?, key: String?,
    errorClass: String?, handler: String?
  ) throws -> DeadLetterSelection {
    var selection = DeadLetterSelection()
    selection.topics = topics
    selection.partitions = Set(partitions)
    for letter in letters {
      guard let place = DeadLetterPlace(parsing: letter) else {
        throw ProblemDetails(status: .badRequest, detail: "letters: expected topic:partition:offset, as in orders.dlq:0:15")
      }
      selection.places.insert(place)
    }
    selection.offsets = try offsets.map { text in
      guard let range = DeadLetterSelection.offsets(parsing: text) else {
        throw ProblemDetails(status: .badRequest, detail: "offsets: expected 10, 10-20 or 10-")
      }
      return range
    }
    selection.from = try from.map { try time("from", $0) }
    selection.before = try before.map { try time("before", $0) }
    selection.key = key.map { Array($0.utf8) }
    selection.errorName = errorClass
    selection.handler = handler
    return selection
  }

  private static func time(_ name: String, _ text: String) throws -> Int64 {
    guard let time = ReplayTime.milliseconds(parsing: text) else {
      throw ProblemDetails(status: .badRequest, detail: "\(name): expected a time such as 2026-03-01T12:00:00Z, or milliseconds since 1970")
    }
    return time
  }
}
