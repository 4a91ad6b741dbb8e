internal import ChangeEvents
internal import Syncer

extension MirrorTable {
  /// The primary key of a row image.
  ///
  /// - Parameters:
  ///   - row: The image; `before` of a delete is enough, whatever the replica identity.
  ///   - layout: Of such rows; made for this one where there is none.
  ///   - record: The record's index, for the failure.
  func key(of row: ChangeEvents.Row, _ layout: RowLayout? = nil, record: Int) throws(RecordFailure) -> RowKey {
    let layout = layout ?? RowLayout(row.shape, of: definition)
    if definition.key.count == 1 {
      var text: [UInt8] = []
      text.reserveCapacity(20)
      try appendKeyColumn(definition.key[0], of: row, layout, to: &text, record: record)
      return RowKey(text: text)
    }
    var key = RowKey()
    for column in definition.key {
      try key.append { (bytes) throws(RecordFailure) in try appendKeyColumn(column, of: row, layout, to: &bytes, record: record) }
    }
    return key
  }

  private func appendKeyColumn(
    _ column: Int, of row: ChangeEvents.Row, _ layout: RowLayout, to text: inout [UInt8], record: Int
  ) throws(RecordFailure) {
    var name: String { definition.columns[column].name }
    guard let field = layout.fields[column] else {
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

  /// A column that the mirror does not have would be lost without a word.
  func refusal(ofUnknown name: String, record: Int) -> RecordFailure {
    RecordFailure(
      index: record,
      reason: "column \(name) of \(definition.sourceName) is not in the mirror: restart the syncer, so that it reads the table anew",
      cause: MirrorMismatch(kind: .unknownField, mirror: definition.mirrorName, column: name))
  }
}
