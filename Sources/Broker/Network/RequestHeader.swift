internal import NIOCore

/// What stands before every request's body (Kafka protocol guide, "Request Headers": versions 1 and 2).
struct RequestHeader {
  var apiKey: Int16
  var apiVersion: Int16
  var correlationID: Int32
  var clientID: String

  /// Reads the part that both versions have; the tags of version 2 are read by ``skipTags(_:)`` once the API is known.
  init(from frame: inout ByteBuffer) throws(CodecError) {
    guard let (apiKey, apiVersion, correlationID, length) = frame.readMultipleIntegers(as: (Int16, Int16, Int32, Int16).self) else {
      throw CodecError("a request of fewer than 10 bytes")
    }
    self.apiKey = apiKey
    self.apiVersion = apiVersion
    self.correlationID = correlationID
    guard length >= -1 else { throw CodecError("a client id of \(length) bytes") }
    guard let clientID = length < 0 ? "" : frame.readString(length: Int(length)) else {
      throw CodecError("a client id of \(length) bytes, \(frame.readableBytes) are left")
    }
    self.clientID = clientID
  }

  /// The tags of a flexible request's header: none is known, all are skipped.
  static func skipTags(_ frame: inout ByteBuffer) throws(CodecError) {
    var reader = FieldReader(frame, version: 0, isFlexible: true)
    for _ in 0..<(try reader.varint()) {
      _ = try reader.varint()
      let size = Int(try reader.varint())
      guard reader.buffer.readSlice(length: size) != nil else { throw CodecError("a tag of \(size) bytes in the header") }
    }
    frame = reader.buffer
  }
}
