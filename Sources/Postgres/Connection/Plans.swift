/// How the server plans the statements of a pipeline.
public enum Plans: Sendable {
  /// As the session is set: each anew for its values, where that promises more than it costs.
  case asConfigured
  /// ``Query/prepared()`` statements get one plan, which the server keeps for the next time, whatever their values are; and tables are read by an
  /// index wherever there is one, so that a plan that was made while they were small still does when they have grown. The others are planned as
  /// configured.
  ///
  /// For statements that look up few rows by their keys and are executed very often: there planning takes longer than the rest. Source: PostgreSQL
  /// documentation, `plan_cache_mode` and `enable_seqscan` in the chapter on query planning.
  case kept

  /// The queries with what is to be set between them, until the end of the transaction or the next setting.
  func arranged(_ queries: [Query]) -> [(query: Query, isAsked: Bool)] {
    guard self == .kept else { return queries.map { ($0, true) } }
    var result: [(query: Query, isAsked: Bool)] = []
    var isKept = false
    for query in queries {
      if query.isPrepared != isKept { result.append((query.isPrepared ? Self.keep : Self.release, false)) }
      isKept = query.isPrepared
      result.append((query, true))
    }
    if isKept { result.append((Self.release, false)) }
    return result
  }

  private static let keep = settings("force_generic_plan", "off")
  /// Back to what the session began with, by its database, its role and its connection's options: NULL says that.
  private static let release = settings(nil, nil)

  private static func settings(_ planCacheMode: String?, _ sequentialScans: String?) -> Query {
    let query: Query = """
      SELECT set_config('plan_cache_mode', \(planCacheMode), true), set_config('enable_seqscan', \(sequentialScans), true)
      """
    return query.prepared()
  }
}
