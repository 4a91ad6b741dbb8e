/// A snapshot of producer states is not to be trusted.
struct SnapshotError: Error, Equatable, CustomStringConvertible {
  var reason: String

  var description: String { "the snapshot of producer states is unusable: \(reason)" }
}
