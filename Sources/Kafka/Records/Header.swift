/// One header of a record. Headers are an ordered list: names may repeat, and a value may be NULL, which is not the empty value.
public struct Header: Hashable, Sendable {
  /// The name, not empty.
  public var name: String
  /// The value's bytes; nil is NULL.
  public var value: [UInt8]?

  /// A header of raw bytes.
  public init(name: String, value: [UInt8]?) {
    self.name = name
    self.value = value
  }

  /// A header of UTF-8 text.
  public init(name: String, text: String) {
    self.init(name: name, value: Array(text.utf8))
  }

  /// The value as UTF-8 text; nil if it is NULL. Bytes that are not UTF-8 are replaced.
  public var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
}
