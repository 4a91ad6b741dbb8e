import ReadModels

/// What a list's query asks for.
struct ListQuery: Equatable {
  var filters: [DocumentFilter] = []
  var limit: Int
  var cursor: String?
  /// The parameters without the cursor, decoded, for the link to the next page.
  var rest: [QueryString.Parameter] = []

  /// - Throws: ``ProblemDetails`` with 400 that names the parameter at fault.
  init(_ query: String?, filters allowed: [CollectionFilter], limits: PageLimits) throws {
    limit = limits.standard
    guard let query, !query.isEmpty else { return }
    guard let parsed = QueryString(query) else { throw ProblemDetails.badRequest("The query's escapes are broken or not UTF-8.") }
    guard parsed.parameters.count <= 50 else { throw ProblemDetails.badRequest("There may be 50 query parameters.") }
    var hasLimit = false
    for parameter in parsed.parameters {
      switch parameter.name {
      case "limit":
        guard !hasLimit, let number = Int(parameter.value), (1...limits.most).contains(number) else {
          throw Self.wrong("limit", "one whole number from 1 to \(limits.most)")
        }
        hasLimit = true
        limit = number
        rest.append(parameter)
      case "cursor":
        guard cursor == nil, !parameter.value.isEmpty else { throw Self.wrong("cursor", "the cursor of the page before") }
        cursor = parameter.value
      default:
        guard let filter = allowed.first(where: { $0.parameter == parameter.name }) else {
          var problem = ProblemDetails.badRequest(
            "There is no such query parameter here.", type: "urn:sluice:unknown-parameter", title: "Unknown parameter")
          problem.members = [("allowed", .strings((allowed.map(\.parameter) + ["limit", "cursor"]).sorted()))]
          throw problem
        }
        guard let condition = filter.condition(parameter.value) else { throw Self.wrong(filter.parameter, filter.expected) }
        filters.append(condition)
        rest.append(parameter)
      }
    }
  }

  static func wrong(_ parameter: String, _ expected: String) -> ProblemDetails {
    var problem = ProblemDetails.badRequest(
      "\(parameter) must be \(expected).", type: "urn:sluice:invalid-parameter", title: "Invalid parameter")
    problem.members = [("parameter", .string(parameter))]
    return problem
  }
}
