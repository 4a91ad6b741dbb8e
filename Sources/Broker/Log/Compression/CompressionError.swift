/// Compressed records could not be read, or records could not be compressed.
struct CompressionError: Error, Equatable, CustomStringConvertible {
  var compression: CompressionType
  var reason: String

  var description: String { "\(compression): \(reason)" }
}
