/// The end that SHA-1 and SHA-2 give to a message: one bit, zeros, the length in bits.
enum MessagePadding {
  static func padded(_ message: [UInt8], block: Int, lengthBytes: Int) -> [UInt8] {
    var padded = message
    padded.append(0x80)
    while padded.count % block != block - lengthBytes { padded.append(0) }
    for _ in 8..<max(lengthBytes, 8) { padded.append(0) }
    let length = UInt64(message.count) &* 8
    for shift in stride(from: 56, through: 0, by: -8) { padded.append(UInt8(truncatingIfNeeded: length >> UInt64(shift))) }
    return padded
  }
}
