import Capture
import Syncer

/// The columns of a change before and after it, side by side.
struct DLQComparison: Equatable {
  /// One column.
  struct Line: Equatable {
    var column: String
    /// Nil where that side has no such column, or there is no such side.
    var before: String?
    var after: String?

    /// Whether the change has changed it; a created or deleted row has nothing to compare with.
    var differs: Bool { before != nil && after != nil && before != after }
  }

  var operation: String
  var lines: [Line]

  /// Nil where the value is no change as Debezium writes it.
  init?(_ value: [UInt8]) {
    guard let document = try? JSONDocument(parsing: value), case .object = document else { return nil }
    var change = document
    if let payload = document["payload"], case .object = payload { change = payload }
    guard let operation = change["op"]?.string, change["before"] != nil || change["after"] != nil else { return nil }
    self.operation = operation
    let before = Self.columns(change["before"])
    let after = Self.columns(change["after"])
    var names = after.map(\.0)
    names += before.map(\.0).filter { !names.contains($0) }
    lines = names.map { name in
      Line(column: name, before: before.first { $0.0 == name }?.1, after: after.first { $0.0 == name }?.1)
    }
  }

  private static func columns(_ row: JSONDocument?) -> [(String, String)] {
    guard case .object(let members) = row else { return [] }
    return members.map { ($0.name, $0.value.text) }
  }
}
