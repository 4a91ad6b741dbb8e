internal import Postgres

/// Messages as they are held: a header of twenty bytes each (length, position in the WAL, the server's time) and the message.
///
/// Only this process reads what it wrote, so that the machine's own byte order does.
struct HeldMessages: Sendable {
  struct Message: Hashable, Sendable {
    var walStart: LSN
    /// Microseconds since 2000-01-01.
    var serverTime: Int64
    /// Its place in `bytes`.
    var range: Range<Int>
  }

  static let headerBytes = 20
  let bytes: [UInt8]
  let messages: [Message]
  /// The bytes behind the last whole message.
  let rest: Range<Int>

  /// Splits what was read. A message that is not there as a whole is left in `rest`.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var position = 0
    var messages: [Message] = []
    bytes.withUnsafeBytes { buffer in
      while buffer.count - position >= Self.headerBytes {
        let length = Int(buffer.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        let start = position + Self.headerBytes
        guard buffer.count - start >= length else { break }
        messages.append(
          Message(
            walStart: LSN(rawValue: buffer.loadUnaligned(fromByteOffset: position + 4, as: UInt64.self)),
            serverTime: buffer.loadUnaligned(fromByteOffset: position + 12, as: Int64.self), range: start..<start + length))
        position = start + length
      }
    }
    self.messages = messages
    rest = position..<bytes.count
  }

  /// How long the first message is with its header, where `rest` holds that much of it.
  var neededBytes: Int? {
    guard rest.count >= Self.headerBytes else { return nil }
    return bytes.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: rest.lowerBound, as: UInt32.self)) + Self.headerBytes }
  }

  /// Calls with a message, which lives no longer than the call.
  func withPayload<Result>(of message: Message, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[message.range])) }
  }

  /// Appends a message: its kind and what follows the transaction's ID.
  ///
  /// - Returns: how many bytes it takes.
  static func append(
    _ message: UnsafeRawBufferPointer, from start: Int, walStart: LSN, serverTime: Int64, to bytes: inout [UInt8]
  ) throws(DecodingError) -> Int {
    guard let kind = message.first, start >= 1, start <= message.count, let length = UInt32(exactly: 1 + message.count - start) else {
      throw .truncated
    }
    withUnsafeBytes(of: length) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: walStart.rawValue) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: serverTime) { bytes.append(contentsOf: $0) }
    bytes.append(kind)
    bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: message[start...]))
    return headerBytes + Int(length)
  }
}
