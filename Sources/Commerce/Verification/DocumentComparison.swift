import Commands
import Postgres

/// Walks through the write side in the order of keys and compares each aggregate, computed there, with its stored document.
///
/// Both sides must be at rest: what is on its way counts as a difference. Memory is bounded by the page.
struct DocumentComparison: Sendable {
  /// One page of the write side: `key` and `body` (as jsonb's text) behind a key, in key order.
  let page: @Sendable (_ after: String?, _ limit: Int) -> Query
  /// The documents behind a key and up to another (nil: to the end), in any order.
  let documents: @Sendable (_ after: String?, _ upTo: String?) -> Query
  /// Aggregates per page.
  let pageSize: Int

  func run(write: Connection, read: Connection) async throws -> ComparisonReport {
    var report = ComparisonReport()
    var after: String?
    while true {
      try Task.checkCancellation()
      var expected: [(key: String, body: String)] = []
      for row in try await write.query(page(after, pageSize)) {
        expected.append((try row["key", as: String.self], try row["body", as: String.self]))
      }
      let isLast = expected.count < pageSize
      let upTo = isLast ? nil : expected.last?.key
      var stored: [String: String] = [:]
      for row in try await read.query(documents(after, upTo)) {
        stored[try row["key", as: String.self]] = try row["body", as: String.self]
      }
      for (key, body) in expected {
        guard let document = stored.removeValue(forKey: key) else {
          report.add(DocumentDifference(key: key, kind: .missing, fields: []))
          continue
        }
        // Both texts are jsonb's, which has one form for one value.
        if document != body {
          report.add(DocumentDifference(key: key, kind: .different, fields: Self.differingFields(body, document)))
        }
      }
      for key in stored.keys.sorted() { report.add(DocumentDifference(key: key, kind: .extra, fields: [])) }
      report.add(compared: expected.count)
      if isLast { return report }
      after = upTo
    }
  }

  private static func differingFields(_ left: String, _ right: String) -> [String] {
    guard case .object(let left)? = try? JSONParser.parse(Array(left.utf8)),
      case .object(let right)? = try? JSONParser.parse(Array(right.utf8))
    else { return [] }
    return Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
  }
}
