/// What goes through a message's table of fields: it reads them from bytes, writes them, or lists them.
///
/// A field that the version at hand does not carry keeps the value it has.
protocol FieldVisitor {
  /// A field that is never null.
  mutating func field<T: WireValue>(_ name: StaticString, _ versions: FieldVersions, _ value: inout T) throws(CodecError)
  /// A field that is null in some versions; in the others null is an error.
  mutating func field<T: WireValue>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ value: inout T?) throws(CodecError)
  /// A structure, in place.
  mutating func field<T: Message>(_ name: StaticString, _ versions: FieldVersions, _ value: inout T) throws(CodecError)
  /// A structure that may be null: one byte tells.
  mutating func field<T: Message>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ value: inout T?) throws(CodecError)
  mutating func field<T: WireValue>(_ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) throws(CodecError)
  mutating func field<T: WireValue>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ values: inout [T]?) throws(CodecError)
  mutating func field<T: Message>(_ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) throws(CodecError)
  mutating func field<T: Message>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ values: inout [T]?) throws(CodecError)

  /// A tagged field: left out while it has the value that a new message has.
  mutating func tag<T: WireValue>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T, default: T)
    throws(CodecError)
  mutating func tag<T: WireValue>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T?) throws(CodecError)
  mutating func tag<T: Message>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T) throws(CodecError)
  mutating func tag<T: Message>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) throws(CodecError)
}
