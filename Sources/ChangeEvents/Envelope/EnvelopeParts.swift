internal import CSimdJSON

/// A list of members and the bytes they refer to, borrowed from a parser.
struct EnvelopeParts {
  let nodes: UnsafeBufferPointer<csj_node>
  let text: UnsafeRawBufferPointer
  let extra: UnsafeRawBufferPointer

  init(_ document: csj_document) {
    nodes = UnsafeBufferPointer(start: document.nodes, count: document.node_count)
    text = UnsafeRawBufferPointer(start: document.text, count: document.text_length)
    extra = UnsafeRawBufferPointer(start: document.extra, count: document.extra_length)
  }

  @inline(__always)
  private func bytes(_ offset: UInt32, _ length: UInt32) -> UnsafeRawBufferPointer {
    let offset = Int(offset)
    let start =
      offset < text.count ? text.baseAddress.map { $0 + offset } : extra.baseAddress.map { $0 + (offset - text.count) }
    return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(length))
  }

  @inline(__always)
  func name(_ index: Int) -> UnsafeRawBufferPointer {
    let node = nodes[index]
    return bytes(node.name_offset, node.name_length)
  }

  /// A member's bytes; none for -1.
  func text(_ index: Int) -> UnsafeRawBufferPointer { index < 0 ? UnsafeRawBufferPointer(start: nil, count: 0) : view(index).bytes }

  @inline(__always)
  func view(_ index: Int) -> FieldView {
    let node = nodes[index]
    let text = bytes(node.value_offset, node.value_length)
    switch csj_kind(node.kind) {
    case CSJ_NULL: return FieldView(kind: .null, bytes: text)
    case CSJ_TRUE: return FieldView(kind: .true, bytes: text)
    case CSJ_FALSE: return FieldView(kind: .false, bytes: text)
    case CSJ_INTEGER: return FieldView(kind: .integer, integer: node.integer, bytes: text)
    case CSJ_NUMBER: return FieldView(kind: .number, bytes: text)
    case CSJ_STRING: return FieldView(kind: .string, bytes: text)
    default: return FieldView(kind: .json, bytes: text)
    }
  }

  /// The number of the member that follows this one and its own members.
  @inline(__always)
  func end(_ index: Int) -> Int { Int(nodes[index].end) }

  func isObject(_ index: Int) -> Bool { csj_kind(nodes[index].kind) == CSJ_OBJECT }

  func isNull(_ index: Int) -> Bool { csj_kind(nodes[index].kind) == CSJ_NULL }
}
