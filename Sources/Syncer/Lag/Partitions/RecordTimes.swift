/// When a record came into being.
struct RecordTimes: Hashable, Sendable {
  /// The record's offset.
  var offset: Int64
  /// Its timestamp, ms since 1970; nil where it has none.
  var timestamp: Int64?
  /// When its change was committed in the source database, ms since 1970; nil where it does not tell.
  var committed: Int64?

  init(offset: Int64, timestamp: Int64, committed: Int64? = nil) {
    self.offset = offset
    // -1 stands for none. It tells nothing about the age.
    self.timestamp = timestamp < 0 ? nil : timestamp
    self.committed = committed
  }

  init(_ record: ChangeRecord) {
    self.init(offset: record.offset, timestamp: record.timestamp, committed: record.envelope?.source.tsMs)
  }
}
