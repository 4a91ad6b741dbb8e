/// A change event's envelope inside a record.
struct DebeziumEnvelope {
  let view: StructView

  /// nil for a record of another kind: a tombstone, a heartbeat, a transaction's mark, a row that was unwrapped.
  init?(_ record: ConnectRecord) {
    guard record.valueSchema?.name?.hasSuffix(".Envelope") == true, let view = StructView(record.value, record.valueSchema) else {
      return nil
    }
    self.view = view
  }

  /// The operation's letter.
  func operation() throws(CaptureError) -> String {
    guard let letter = try view.string(of: "op") else { throw .failed("an envelope without an operation") }
    return letter
  }

  /// The row after the change; nil if there is none.
  var after: StructView? { row("after") }
  /// The row before the change; nil if it is not known.
  var before: StructView? { row("before") }

  private func row(_ name: String) -> StructView? {
    guard let index = view.schema.index(of: name) else { return nil }
    return StructView(view.value(at: index), view.schema.fields[index].schema)
  }

  /// The schema of a row.
  func rowSchema(_ name: String) throws(CaptureError) -> ConnectSchema { view.schema.fields[try view.index(of: name)].schema }
}
