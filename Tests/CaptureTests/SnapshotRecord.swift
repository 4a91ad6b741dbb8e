import Foundation

/// A record of a snapshot, as a sink's line.
struct SnapshotRecord {
  var line: String
  var table: String
  /// Table and key.
  var id: String
  var marker: String
  var lsn: Int64

  /// - Returns: nil for what is no snapshot's row.
  init?(_ line: String) {
    guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
      let value = object["value"] as? [String: Any], value["op"] as? String == "r", let source = value["source"] as? [String: Any],
      let table = source["table"] as? String, let marker = source["snapshot"] as? String
    else { return nil }
    self.line = line
    self.table = table
    self.marker = marker
    lsn = (source["lsn"] as? NSNumber)?.int64Value ?? 0
    let key = (object["key"] as? [String: Any])?.first?.value
    id = "\(table).\(key.map { "\($0)" } ?? "")"
  }
}
