import NIOCore

@testable import Broker

/// Fills the fields that a version of a message carries with random values; the others keep their defaults.
struct RandomFiller: FieldVisitor {
  let version: Int16
  let isFlexible: Bool
  var random: SeededRandom
  /// Strings and bytes that mean something to whoever gets the message; most are taken from these where there are any.
  var words: [String] = []
  var blobs: [ByteBuffer] = []

  /// A message filled from a seed.
  static func fill<M: BodyMessage>(
    _ type: M.Type, version: Int16, seed: UInt64, words: [String] = [], blobs: [ByteBuffer] = []
  ) throws(CodecError) -> M {
    var filler = RandomFiller(version: version, isFlexible: version >= M.flexibleSince, random: SeededRandom(seed: seed))
    (filler.words, filler.blobs) = (words, blobs)
    var message = M()
    try filler.structure(&message)
    return message
  }

  private mutating func structure<T: Message>(_ value: inout T) throws(CodecError) {
    try value.fields(&self)
    if isFlexible { try value.tags(&self) }
  }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  private mutating func integer<I: FixedWidthInteger>(_ type: I.Type) -> I {
    switch Int.random(in: 0..<(words.isEmpty ? 6 : 9), using: &random) {
    case 0: 0
    case 1: .min
    case 2: .max
    case 3: ~0
    // Partitions, generations and epochs that are there.
    case 6...: I.random(in: 0...3, using: &random)
    default: I.random(in: .min ... .max, using: &random)
    }
  }

  private mutating func string() -> String {
    if chance(70), let word = words.randomElement(using: &random) { return word }
    let letters = Array("abcxyz019._- éß漢😀\u{0}")
    let length = chance(3) ? 200 : Int.random(in: 0..<12, using: &random)
    return String((0..<length).map { _ in letters.randomElement(using: &random) ?? "a" })
  }

  private mutating func value<T: WireValue>(_ type: T.Type) throws(CodecError) -> T {
    let value: Any
    switch T.self {
    case is Int8.Type: value = integer(Int8.self)
    case is Int16.Type: value = integer(Int16.self)
    case is UInt16.Type: value = integer(UInt16.self)
    case is Int32.Type: value = integer(Int32.self)
    case is Int64.Type: value = integer(Int64.self)
    case is Bool.Type: value = chance(50)
    case is ErrorCode.Type: value = ErrorCode(rawValue: integer(Int16.self))
    case is KafkaUUID.Type: value = KafkaUUID(high: integer(UInt64.self), low: integer(UInt64.self))
    case is String.Type: value = string()
    case is ByteBuffer.Type where !blobs.isEmpty && chance(70):
      value = blobs.randomElement(using: &random) ?? ByteBuffer()
    case is ByteBuffer.Type:
      let length = chance(3) ? 300 : Int.random(in: 0..<12, using: &random)
      value = ByteBuffer(bytes: (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
    default: throw CodecError("no random \(T.typeName)")
    }
    guard let value = value as? T else { throw CodecError("no random \(T.typeName)") }
    return value
  }

  private mutating func list<T>(_ element: (inout RandomFiller) throws(CodecError) -> T) throws(CodecError) -> [T] {
    var list: [T] = []
    for _ in 0..<Int.random(in: 0...3, using: &random) { list.append(try element(&self)) }
    return list
  }

  private mutating func message<T: Message>(_ type: T.Type) throws(CodecError) -> T {
    var message = T()
    try structure(&message)
    return message
  }

  // MARK: Fields

  mutating func field<T: WireValue>(_ name: StaticString, _ versions: FieldVersions, _ value: inout T) throws(CodecError) {
    if versions.contains(version) { value = try self.value(T.self) }
  }

  mutating func field<T: WireValue>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ value: inout T?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    value = nullable.contains(version) && chance(25) ? nil : try self.value(T.self)
  }

  mutating func field<T: Message>(_ name: StaticString, _ versions: FieldVersions, _ value: inout T) throws(CodecError) {
    if versions.contains(version) { try structure(&value) }
  }

  mutating func field<T: Message>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ value: inout T?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    value = nullable.contains(version) && chance(25) ? nil : try message(T.self)
  }

  mutating func field<T: WireValue>(_ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) throws(CodecError) {
    if versions.contains(version) { values = try list { filler throws(CodecError) in try filler.value(T.self) } }
  }

  mutating func field<T: WireValue>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ values: inout [T]?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    values = nullable.contains(version) && chance(25) ? nil : try list { filler throws(CodecError) in try filler.value(T.self) }
  }

  mutating func field<T: Message>(_ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) throws(CodecError) {
    if versions.contains(version) { values = try list { filler throws(CodecError) in try filler.message(T.self) } }
  }

  mutating func field<T: Message>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ values: inout [T]?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    values = nullable.contains(version) && chance(25) ? nil : try list { filler throws(CodecError) in try filler.message(T.self) }
  }

  // MARK: Tags

  mutating func tag<T: WireValue>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T, default: T)
    throws(CodecError)
  {
    if versions.contains(version), chance(60) { value = try self.value(T.self) }
  }

  mutating func tag<T: WireValue>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T?) throws(CodecError) {
    if versions.contains(version), chance(60) { value = try self.value(T.self) }
  }

  mutating func tag<T: Message>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T) throws(CodecError) {
    if versions.contains(version), chance(60) { try structure(&value) }
  }

  mutating func tag<T: Message>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) throws(CodecError) {
    if versions.contains(version), chance(60) { values = try list { filler throws(CodecError) in try filler.message(T.self) } }
  }
}
