internal import ChangeEvents
internal import Syncer

extension MirrorTable {
  /// The primary key of a row image.
  ///
  /// - Parameters:
  ///   - row: The image; `before` of a delete is enough, whatever the replica identity.
  ///   - record: The record's index, for the failure.
  func key(of row: ChangeEvents.Row, record: Int) throws(RecordFailure) -> RowKey {
    if definition.key.count == 1 {
      var text: [UInt8] = []
      text.reserveCapacity(20)
      try appendKeyColumn(definition.key[0], of: row, to: &text, record: record)
      return RowKey(text: text)
    }
    var key = RowKey()
    for column in definition.key {
      try key.append { (bytes) throws(RecordFailure) in try appendKeyColumn(column, of: row, to: &bytes, record: record) }
    }
    return key
  }

  private func appendKeyColumn(
    _ column: Int, of row: ChangeEvents.Row, to text: inout [UInt8], record: Int
  ) throws(RecordFailure) {
    let name = definition.columns[column].name
    guard let field = row.index(of: name, hint: column) else {
      throw RecordFailure(
        index: record, reason: "a change of \(definition.sourceName) does not carry the key column \(name)",
        cause: MirrorMismatch(kind: .noKey, mirror: definition.mirrorName, column: name))
    }
    do {
      guard try decoders[column].appendText(of: row, at: field, to: &text) else {
        throw RecordFailure(index: record, reason: "a change of \(definition.sourceName) has NULL in the key column \(name)")
      }
    } catch let failure as RecordFailure {
      throw failure
    } catch {
      throw RecordFailure(
        index: record, reason: "a change of \(definition.sourceName) does not fit the mirror's key column \(name): \(error)",
        cause: MirrorMismatch(kind: .value, mirror: definition.mirrorName, column: name, cause: error))
    }
  }
}
