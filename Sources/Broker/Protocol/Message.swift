/// A structure of Kafka's protocol, laid out as one table: each line of `fields` is a field, in the order of the wire, with
/// the name that Kafka's protocol guide gives it and the versions that carry it.
///
/// The same table decodes, encodes and describes, so that the three cannot drift apart (``FieldReader``, ``FieldWriter``,
/// ``FieldLister``).
protocol Message: Equatable, Sendable {
  /// With Kafka's defaults.
  init()

  /// Visits the fields in the order of the wire.
  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(CodecError)

  /// Visits the tagged fields (KIP-482) of flexible versions, in the order of their tags.
  mutating func tags<V: FieldVisitor>(_ v: inout V) throws(CodecError)
}

extension Message {
  mutating func tags<V: FieldVisitor>(_ v: inout V) throws(CodecError) {}
}
