/// A signal whose data were understood.
enum SignalRequest: Hashable, Sendable {
  case execute(SnapshotRequest)
  /// nil stops all collections.
  case stop([String]?)
  case pause
  case resume
  case log(String)
  /// The first watermark of a window.
  case windowOpen
  /// The second.
  case windowClose
}

/// `execute-snapshot`.
struct SnapshotRequest: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable {
    case incremental, blocking
  }

  struct Condition: Hashable, Sendable {
    /// A regular expression over `schema.table`, matched without regard to case.
    var collection: String
    /// The operator's own SQL: for an incremental snapshot a condition on rows, for a blocking one a whole SELECT.
    var filter: String
  }

  var kind: Kind
  /// Regular expressions over `schema.table`.
  var collections: [String]
  var conditions: [Condition] = []
  var surrogateKey: String?
}
