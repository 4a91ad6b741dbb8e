internal import CSimdJSON

/// An envelope's memory: its members' list and the bytes they refer to, in one block.
///
// SAFETY: immutable after `init`, freed in `deinit`; pointers into it leave only as `FieldView`s, within the scope of a call.
final class EnvelopeStorage: @unchecked Sendable {
  private let block: UnsafeMutableRawPointer
  private let bytes: UnsafeRawPointer
  let nodes: UnsafeBufferPointer<csj_node>

  /// Copies what a parser holds.
  init(_ document: csj_document) {
    let nodeBytes = document.node_count * MemoryLayout<csj_node>.stride
    let size = nodeBytes + document.text_length + document.extra_length
    block = .allocate(byteCount: max(size, 1), alignment: MemoryLayout<csj_node>.alignment)
    let nodes = block.bindMemory(to: csj_node.self, capacity: document.node_count)
    if let source = document.nodes { nodes.update(from: source, count: document.node_count) }
    if let text = document.text { (block + nodeBytes).copyMemory(from: text, byteCount: document.text_length) }
    if document.extra_length > 0, let extra = document.extra {
      (block + nodeBytes + document.text_length).copyMemory(from: extra, byteCount: document.extra_length)
    }
    self.nodes = UnsafeBufferPointer(start: nodes, count: document.node_count)
    bytes = UnsafeRawPointer(block + nodeBytes)
  }

  deinit { block.deallocate() }

  /// A member's name; valid as long as this object.
  @inline(__always)
  func nameBytes(_ index: Int) -> UnsafeRawBufferPointer {
    let node = nodes[index]
    return UnsafeRawBufferPointer(start: bytes + Int(node.name_offset), count: Int(node.name_length))
  }

  /// A member's value; valid as long as this object.
  @inline(__always)
  func view(_ index: Int) -> FieldView {
    let node = nodes[index]
    let text = UnsafeRawBufferPointer(start: bytes + Int(node.value_offset), count: Int(node.value_length))
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

  func isObject(_ index: Int) -> Bool { csj_kind(nodes[index].kind) == CSJ_OBJECT }

  func isNull(_ index: Int) -> Bool { csj_kind(nodes[index].kind) == CSJ_NULL }

  func string(_ index: Int) -> String {
    withExtendedLifetime(self) { String(decoding: view(index).bytes, as: UTF8.self) }
  }
}
