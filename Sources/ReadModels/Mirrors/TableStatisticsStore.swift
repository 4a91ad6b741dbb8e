internal import Postgres

/// The statements that look after the planner's statistics.
struct TableStatisticsStore {
  /// Tables are looked at once they have grown by so many rows…
  static let leastGrowth: Int64 = 500
  /// …and by this part of the rows they had. Rows that only change are autovacuum's, which is in time for them: counting a table of steady size anew
  /// with each look took a twentieth of the server's time.
  static let part = 0.25

  /// Those of `tables` that have outgrown what the planner knows of them: result rows of one name, quoted.
  static func outgrown(_ tables: [String]) -> Query {
    """
    SELECT t.name FROM unnest(\(tables)) AS t(name)
    JOIN pg_class c ON c.oid = to_regclass(t.name) JOIN pg_stat_all_tables s ON s.relid = c.oid
    WHERE s.n_live_tup > \(leastGrowth) + (1 + \(part)) * greatest(c.reltuples, 0)
    ORDER BY t.name
    """
  }

  /// Counts anew. A table that somebody has locked is left for the next time.
  static func analyze(_ table: String) -> Query { Query(unescaped: "ANALYZE (SKIP_LOCKED) \(table)") }
}
