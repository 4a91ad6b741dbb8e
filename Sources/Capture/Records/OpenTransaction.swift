internal import Postgres

/// The transaction whose changes are being read.
struct OpenTransaction: Hashable, Sendable {
  var id: UInt32
  /// Microseconds since 1970.
  var commitTime: Int64
  var finalLSN: LSN
  var origin: String?
  var originLSN: LSN?
}
