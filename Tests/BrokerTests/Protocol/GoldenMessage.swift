import Foundation
import NIOCore

@testable import Broker

/// A message as another implementation encodes it: lines of `Fixtures/messages.txt` (API, version, request or response, bytes in hex),
/// made with the encoder of kafka-python 3.0.12 out of random values, two for each message and version.
struct GoldenMessage: Sendable, CustomStringConvertible {
  let message: AnyMessage
  let bytes: ByteBuffer

  var description: String { message.description }

  static func load() throws -> [GoldenMessage] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/messages.txt")
    var types: [String: any BodyMessage.Type] = [:]
    for type in AnyMessage.types { types["\(type)"] = type }
    return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map { line in
      let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard words.count == 4, let version = Int16(words[1]), let type = types[words[0] + words[2].capitalized],
        let bytes = bytes(ofHex: words[3])
      else { throw CodecError("a line that is no message: \(line)") }
      return GoldenMessage(message: AnyMessage(type: type, version: version), bytes: bytes)
    }
  }

  private static func bytes(ofHex hex: String) -> ByteBuffer? {
    let digits = hex.compactMap(\.hexDigitValue)
    guard digits.count == hex.count, digits.count.isMultiple(of: 2) else { return nil }
    return ByteBuffer(bytes: stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
  }
}
