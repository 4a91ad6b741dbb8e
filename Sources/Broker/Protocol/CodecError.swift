/// Bytes that are not the message they should be.
struct CodecError: Error, Equatable, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
