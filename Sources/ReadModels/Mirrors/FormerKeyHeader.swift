internal import ChangeEvents
internal import Syncer

/// Debezium's header `__debezium.oldkey`: the key that a row had before the update that made this create.
enum FormerKeyHeader {
  static let name = "__debezium.oldkey"

  /// The former primary key; nil where there is no header, or the record's key is not the table's.
  static func key(of record: ChangeRecord, table: MirrorTable, record index: Int) -> RowKey? {
    guard let header = record.headers.first(where: { $0.name == name })?.value, let row = row(header) else { return nil }
    // The header holds the record's key: with `message.key.columns` it may lack the table's key, and then nothing is known.
    return try? table.key(of: row, record: index)
  }

  /// The header is a key as JSON, with or without its schema: it is read as the row of an envelope made around it.
  private static func row(_ header: [UInt8]) -> ChangeEvents.Row? {
    let head = Array(#"{"before":"#.utf8)
    let tail = Array(
      #","after":null,"source":{"version":"","connector":"postgresql","name":"","ts_ms":0,"snapshot":"false","db":"","sequence":null,"#.utf8
    )
    let rest = Array(#""ts_us":0,"ts_ns":0,"schema":"s","table":"t","txId":0,"lsn":0},"op":"d","ts_ms":0}"#.utf8)
    guard let row = try? Envelope.parse(head + header + tail + rest).before else { return nil }
    guard row.count == 2, row.index(of: "schema") != nil, case .json(let payload)? = row["payload"] else { return row }
    return try? Envelope.parse(head + Array(payload.utf8) + tail + rest).before
  }
}
