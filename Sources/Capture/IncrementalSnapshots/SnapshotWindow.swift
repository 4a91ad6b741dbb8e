internal import ChangeEvents

/// The rows of a chunk that wait until the stream has come past the moment of reading. Rows whose key the stream brings meanwhile are dropped.
///
/// Bounded by the chunk's size in rows and by ``byteLimit``.
final class SnapshotWindow {
  struct Row {
    var bytes: [UInt8]
    var fields: [TupleField]
  }

  /// A chunk ends with the row that reaches it.
  static let byteLimit = 4 << 20

  /// Names the watermarks.
  let id: String
  let plan: RelationPlan
  private var rows: [Row?] = []
  private var places: [[UInt8]: [Int]] = [:]
  private(set) var byteCount = 0
  private(set) var dropped = 0
  private var scratch = JSONWriter(capacity: 256)

  init(id: String, plan: RelationPlan) {
    self.id = id
    self.plan = plan
  }

  /// Rows that were added, dropped ones too.
  var count: Int { rows.count }
  var isFull: Bool { byteCount >= Self.byteLimit }

  func add(_ bytes: [UInt8], fields: [TupleField]) throws {
    if let key = try bytes.withUnsafeBytes({ try key(of: RowImage(bytes: $0, fields: fields)) }) {
      places[key, default: []].append(rows.count)
    }
    rows.append(Row(bytes: bytes, fields: fields))
    byteCount += bytes.count + fields.count * 24 + 64
  }

  /// The stream changed this row. Rows of a table without a key cannot be told apart, so that none is dropped.
  func drop(_ row: RowImage) throws {
    guard let key = try key(of: row), let found = places.removeValue(forKey: key) else { return }
    for place in found {
      byteCount -= rows[place]?.bytes.count ?? 0
      rows[place] = nil
      dropped += 1
    }
  }

  /// The stream emptied the table.
  func dropAll() {
    dropped += rows.lazy.filter { $0 != nil }.count
    rows = Array(repeating: nil, count: rows.count)
    places = [:]
  }

  /// The rows that were not dropped, in order.
  var remaining: some Sequence<Row> { rows.lazy.compactMap { $0 } }

  /// Keys are compared as they are written. One that cannot be written is nobody's.
  private func key(of row: RowImage) throws -> [UInt8]? {
    guard let encoder = plan.key else { return nil }
    scratch.removeAll()
    do { try encoder.write(to: &scratch) { try row.image($0) } } catch is RowEncodingError { return nil }
    return scratch.copyBytes()
  }
}
