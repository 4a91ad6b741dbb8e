import Foundation

/// What a test wants to know of a record's line.
struct RecordView {
  var topic: String
  var key: String
  var op: String?
  var lsn: Int64
  var version: Int?
  /// `sequence[0]`: a commit that the change comes after.
  var lastCommit: Int64?

  init?(_ line: String) {
    guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else { return nil }
    topic = object["topic"] as? String ?? ""
    key = ((object["key"] as? [String: Any])?["id"]).map { "\($0)" } ?? ""
    let value = object["value"] as? [String: Any]
    op = value?["op"] as? String
    lsn = ((value?["source"] as? [String: Any])?["lsn"] as? NSNumber)?.int64Value ?? 0
    let sequence = (value?["source"] as? [String: Any])?["sequence"] as? String
    lastCommit = sequence.flatMap { try? JSONDecoder().decode([String?].self, from: Data($0.utf8)).first ?? nil }.flatMap { Int64($0) }
    version = ((value?["after"] as? [String: Any])?["v"] as? NSNumber)?.intValue
  }
}
