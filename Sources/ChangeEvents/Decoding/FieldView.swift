/// A borrowed `FieldValue`: bytes of somebody else, for the time of a call.
struct FieldView {
  enum Kind { case null, `true`, `false`, integer, number, string, json }

  let kind: Kind
  let integer: Int64
  /// String: its content. Number and JSON: the text.
  let bytes: UnsafeRawBufferPointer

  @inline(__always)
  init(kind: Kind, integer: Int64 = 0, bytes: UnsafeRawBufferPointer) {
    self.kind = kind
    self.integer = integer
    self.bytes = bytes
  }

  var owned: FieldValue {
    switch kind {
    case .null: .null
    case .true: .bool(true)
    case .false: .bool(false)
    case .integer: .integer(integer)
    case .number: .number(text: String(decoding: bytes, as: UTF8.self))
    case .string: .string(String(decoding: bytes, as: UTF8.self))
    case .json: .json(text: String(decoding: bytes, as: UTF8.self))
    }
  }
}

extension FieldValue {
  /// Lends this value's bytes.
  func withView<R>(_ body: (FieldView) -> R) -> R {
    switch self {
    case .null: return body(FieldView(kind: .null, bytes: UnsafeRawBufferPointer(start: nil, count: 0)))
    case .bool(let value): return body(FieldView(kind: value ? .true : .false, bytes: UnsafeRawBufferPointer(start: nil, count: 0)))
    case .integer(let value):
      return Self.lend(String(value)) { body(FieldView(kind: .integer, integer: value, bytes: $0)) }
    case .number(let text): return Self.lend(text) { body(FieldView(kind: .number, bytes: $0)) }
    case .string(let text): return Self.lend(text) { body(FieldView(kind: .string, bytes: $0)) }
    case .json(let text): return Self.lend(text) { body(FieldView(kind: .json, bytes: $0)) }
    }
  }

  private static func lend<R>(_ text: String, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    var text = text
    return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }
}
