/// A log's files could not be opened, read or written as they should.
struct LogError: Error, Equatable, CustomStringConvertible {
  /// The file or folder.
  var path: String
  /// What was tried and how it failed.
  var reason: String
  /// The system's error number where there is one.
  var errorNumber: Int32?

  var description: String { "\(path): \(reason)" }
}
