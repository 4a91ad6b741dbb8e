/// A `ColumnMapping` applied to values of one type: it rewrites the JSON that a codec wrote.
enum ValueMapping: Sendable, Hashable {
  case constant([UInt8])
  case hash(DigestAlgorithm, salt: [UInt8], ColumnMapping.HashInput, limit: Int)
  case truncateText(Int)
  case truncateBytes(Int)

  /// nil if values of this type pass unchanged: only texts are masked and hashed, only texts and bytes truncated.
  init?(_ mapping: ColumnMapping, type: PostgresType, typmod: Int32, codec: ValueCodec) {
    switch mapping {
    case .mask(let count):
      guard Self.isCharacter(type) else { return nil }
      self = .constant(Array("\"".utf8) + [UInt8](repeating: UInt8(ascii: "*"), count: count) + Array("\"".utf8))
    case .hash(let algorithm, let salt, let input):
      guard Self.isCharacter(type) else { return nil }
      self = .hash(algorithm, salt: salt, input, limit: ColumnLength.of(type, typmod))
    case .truncate(let limit):
      guard ColumnLength.of(type, typmod) > limit else { return nil }
      switch codec {
      case .text, .uuid, .decimalText, .date(iso: true), .time(.iso), .timetz, .timestamp(.iso), .timestamptz, .interval(iso: true),
        .hstore(map: false):
        self = .truncateText(limit)
      case .bytes(let mode), .opaque(let mode): self = mode == .bytes ? .truncateBytes(limit) : .truncateText(limit)
      case .money(_, .string): self = .truncateText(limit)
      default: return nil
      }
    }
  }

  /// What JDBC calls CHAR or VARCHAR: character types and enumerations, not text-like types such as `json`, `uuid` and `citext`.
  private static func isCharacter(_ type: PostgresType) -> Bool {
    type.kind == .enum || (type.kind == .base && ["text", "varchar", "bpchar", "char", "name"].contains(type.name))
  }

  /// Replaces the value that was written from `start` on.
  func apply(from start: Int, of writer: inout JSONWriter) {
    if case .constant(let bytes) = self {
      writer.truncate(to: start)
      return writer.raw(bytes)
    }
    let json = writer.withUnsafeBytes { Array($0[start...]) }
    // Not a text: null.
    guard json.first == UInt8(ascii: "\"") else { return }
    switch self {
    case .constant: break
    case .hash(let algorithm, let salt, let input, let limit):
      let text = JSONText.units(of: json)
      let digest = algorithm.digest(salt + (input == .text ? JSONText.utf8(text) : JavaSerialization.string(text)))
      let hexadecimal = digest.flatMap { [Hex.lower($0 >> 4), Hex.lower($0 & 0xF)] }
      writer.truncate(to: start)
      writer.raw(UInt8(ascii: "\""))
      writer.raw(Array(hexadecimal.prefix(limit)))
      writer.raw(UInt8(ascii: "\""))
    case .truncateText(let limit):
      // A text has at most as many UTF-16 units as JSON has bytes.
      guard json.count - 2 > limit else { return }
      let text = JSONText.units(of: json)
      guard text.count > limit else { return }
      writer.truncate(to: start)
      JSONText.write(text.prefix(limit), to: &writer)
    case .truncateBytes(let limit):
      var bytes: [UInt8] = []
      let isBase64 = json.withUnsafeBytes { Base64.decode(UnsafeRawBufferPointer(rebasing: $0[1..<json.count - 1]), into: &bytes) }
      guard isBase64, bytes.count > limit else { return }
      writer.truncate(to: start)
      bytes.withUnsafeBytes { writer.binary(UnsafeRawBufferPointer(rebasing: $0[..<limit]), as: .bytes) }
    }
  }
}
