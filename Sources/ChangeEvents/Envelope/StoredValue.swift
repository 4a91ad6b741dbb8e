/// A field's value in an ``EnvelopeStorage``.
struct StoredValue {
  /// Of its bytes, behind the values.
  let offset: UInt32
  let length: UInt32
  let integer: Int64
  let kind: FieldView.Kind
}
