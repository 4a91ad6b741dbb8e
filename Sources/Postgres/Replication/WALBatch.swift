/// Messages that came together, in the order of the stream; their payloads stand in one array.
public struct WALBatch: Sendable {
  /// The payloads, one after the other.
  public var bytes: [UInt8]
  /// Empty when only a keepalive came.
  public var messages: [WALMessage]
  /// The highest end of WAL that the server named up to here.
  public var serverWALEnd: LSN
  /// Set when the last thing in this batch is a keepalive: the server has sent everything that it had to send up to this position. Where no
  /// transaction is open in the stream and all before is flushed, it can be confirmed, so that an idle database does not hold back WAL.
  public var keepalive: LSN?
  /// When the server sent the last message or keepalive: microseconds since 2000-01-01 UTC.
  public var serverTime: Int64

  init() {
    bytes = []
    messages = []
    serverWALEnd = .zero
    serverTime = 0
  }

  var isEmpty: Bool { messages.isEmpty && keepalive == nil }

  func canTake(_ next: WALBatch, _ options: StreamOptions) -> Bool {
    messages.count + next.messages.count <= options.maxBatchMessages && bytes.count + next.bytes.count <= options.maxBatchBytes
  }

  /// What came after this.
  mutating func append(_ next: WALBatch) {
    let offset = bytes.count
    bytes.append(contentsOf: next.bytes)
    for message in next.messages {
      var message = message
      message.range = message.range.lowerBound + offset..<message.range.upperBound + offset
      messages.append(message)
    }
    serverWALEnd = max(serverWALEnd, next.serverWALEnd)
    serverTime = next.serverTime
    keepalive = next.keepalive
  }

  /// Calls with a message's payload, without a copy; it lives no longer than the call.
  public func withPayload<Result>(of message: WALMessage, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[message.range])) }
  }
}
