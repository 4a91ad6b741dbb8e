internal import Foundation
internal import Kafka

/// A dead letter as one line of JSON, for exports; what was written can be read back. Bytes that are no UTF-8 stand as base64.
public struct DeadLetterLine: Hashable, Sendable, Codable {
  /// Bytes that are mostly text.
  public struct Content: Hashable, Sendable, Codable {
    /// The bytes as text, where they are UTF-8.
    public var text: String?
    /// The bytes in base64, where they are not.
    public var base64: String?

    /// Nil stays nil: NULL is not empty.
    public init?(_ bytes: [UInt8]?) {
      guard let bytes else { return nil }
      if let text = String(validating: bytes, as: UTF8.self) { self.text = text } else { base64 = Data(bytes).base64EncodedString() }
    }

    /// The bytes; nil where neither can be read.
    public var bytes: [UInt8]? { text.map { Array($0.utf8) } ?? base64.flatMap { Data(base64Encoded: $0) }.map(Array.init) }
  }

  /// A header of the letter; a missing value is NULL.
  public struct HeaderLine: Hashable, Sendable, Codable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: Content?
  }

  /// Where the letter is, as `topic:partition:offset`.
  public var place: String
  /// The record's time, ms since 1970.
  public var timestamp: Int64
  /// Its key.
  public var key: Content?
  /// Its value.
  public var value: Content?
  /// All headers, in their order.
  public var headers: [HeaderLine]
  /// The topic that it came from.
  public var topic: String?
  /// The partition there.
  public var partition: Int32?
  /// The offset there.
  public var offset: Int64?
  /// The consumer group, or connector.
  public var group: String?
  /// The class of the error.
  public var errorClass: String?
  /// What the error says.
  public var message: String?
  /// The handler that failed.
  public var handler: String?
  /// Replays so far.
  public var attempts: Int
  /// What has become of it, in one word.
  public var state: String
  /// The number of the parked key.
  public var parkedKey: Int64?
  /// Records that wait behind it.
  public var behind: Int64?

  /// A letter as a line.
  public init(_ item: DeadLetterItem) {
    let letter = item.letter
    place = letter.place.description
    timestamp = letter.record.timestamp
    key = Content(letter.record.key)
    value = Content(letter.record.value)
    headers = letter.record.headers.map { HeaderLine(name: $0.name, value: Content($0.value)) }
    topic = letter.topic
    partition = letter.partition
    offset = letter.offset
    group = letter.group
    errorClass = letter.errorName
    message = letter.message
    handler = letter.handler
    attempts = letter.attempts
    state = item.state.name
    if case .parked(let id, let behind, _) = item.state {
      parkedKey = id
      self.behind = behind
    }
  }

  /// The letter that the line stands for; nil where its place cannot be read.
  public var letter: StoredDeadLetter? {
    guard let place = DeadLetterPlace(parsing: place) else { return nil }
    return StoredDeadLetter(
      ConsumerRecord(
        topic: place.partition.topic, partition: place.partition.partition, offset: place.offset, timestamp: timestamp,
        timestampType: .createTime, key: key?.bytes, value: value?.bytes,
        headers: headers.map { Header(name: $0.name, value: $0.value?.bytes) }))
  }
}
