internal import NIOCore

/// What becomes of a request.
enum ApiAnswer {
  /// The whole response, its size first.
  case frame(ByteBuffer)
  /// The client expects none (Produce with acks=0).
  case none
  /// The response could not be encoded, which is a defect of ours; the connection is closed rather than the client left waiting.
  case failed(String)
}
