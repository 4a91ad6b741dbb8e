internal import NIOCore

/// The part of a consumer's metadata that the coordinator looks into: the topics (Kafka's ConsumerProtocolSubscription). Everything behind
/// them, and the metadata of other protocols, is the members' own affair.
struct ConsumerSubscription: Equatable, Sendable {
  /// The protocol type of consumer groups.
  static let protocolType = "consumer"

  var topics: Set<String>

  /// Reads the metadata, which may hold anything; `nil` when it is no subscription.
  init?(metadata: ByteBuffer) {
    var buffer = metadata
    guard let version = buffer.readInteger(as: Int16.self), version >= 0,
      let count = buffer.readInteger(as: Int32.self), count >= 0, Int(count) * 2 <= buffer.readableBytes
    else { return nil }
    topics = []
    for _ in 0..<count {
      guard let length = buffer.readInteger(as: Int16.self), length >= 0, let topic = buffer.readString(length: Int(length)) else {
        return nil
      }
      topics.insert(topic)
    }
  }
}
