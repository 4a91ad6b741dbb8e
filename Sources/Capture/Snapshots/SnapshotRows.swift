internal import ChangeEvents

/// Turns COPY rows into records with Debezium's snapshot markers.
///
/// A row is held back until the next one is there, because the last of a table and of the snapshot are marked; tables without rows
/// do not count.
final class SnapshotRows {
  private struct Held {
    var row: [UInt8]
    var plan: RelationPlan
    var isFirstOfTable: Bool
  }

  private let encoder: ChangeEncoder
  private let source: SourceInfo
  private var parser = CopyRowParser()
  private var plan: RelationPlan?
  private var held: Held?
  private var hasWritten = false
  /// Rows of the table that is being read.
  private(set) var rowsOfTable = 0

  init(encoder: ChangeEncoder, source: SourceInfo) {
    self.encoder = encoder
    self.source = source
  }

  func begin(_ plan: RelationPlan) {
    self.plan = plan
    rowsOfTable = 0
  }

  /// Takes whole rows in COPY's text format.
  func add(_ chunk: [UInt8]) throws {
    guard let plan else { return }
    try chunk.withUnsafeBytes { bytes in
      var start = 0
      while start < bytes.count {
        // A line feed inside of a value is escaped: each one ends a row.
        let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
        let row = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        if let held { try write(held, isLastOfTable: held.plan !== plan, isLast: false) }
        if held?.plan === plan, held?.row.isEmpty == false {
          held?.row.replaceSubrange(0..., with: row)
          held?.isFirstOfTable = false
        } else {
          held = Held(row: Array(row), plan: plan, isFirstOfTable: rowsOfTable == 0)
        }
        rowsOfTable += 1
        start = end + 1
      }
    }
  }

  /// No row follows.
  func end() throws {
    if let held { try write(held, isLastOfTable: true, isLast: true) }
    held = nil
  }

  private func write(_ held: Held, isLastOfTable: Bool, isLast: Bool) throws {
    var source = source
    source.snapshot =
      isLast
      ? .last
      : !hasWritten
        ? .first : isLastOfTable ? .lastInDataCollection : held.isFirstOfTable ? .firstInDataCollection : .yes
    hasWritten = true
    try held.row.withUnsafeBytes { try parser.parse($0) }
    try parser.bytes.withUnsafeBytes { bytes in
      try encoder.read(RowImage(bytes: bytes, fields: parser.fields), plan: held.plan, source: source)
    }
  }
}
