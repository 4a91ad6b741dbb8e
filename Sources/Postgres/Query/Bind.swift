/// One parameter of a query, as it goes to the server. NULL is `value == nil`; an empty text is an empty array.
public struct Bind: Sendable, Hashable {
  /// OID of the parameter's type; 0 lets the server infer it from where the parameter stands.
  public var type: UInt32
  /// In the text form of its type, or the binary form when `isBinary`.
  public var value: [UInt8]?
  /// The value is in its type's binary form.
  public var isBinary: Bool

  /// See the properties.
  public init(type: UInt32, value: [UInt8]?, isBinary: Bool = false) {
    self.type = type
    self.value = value
    self.isBinary = isBinary
  }

  /// A parameter in text form.
  public init(type: UInt32, text: String) {
    self.init(type: type, value: Array(text.utf8))
  }
}
