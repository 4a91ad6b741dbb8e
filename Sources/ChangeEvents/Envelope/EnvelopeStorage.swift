internal import CSimdJSON

/// An envelope's memory: the members that are asked for (the rows' and some of the source's) and the bytes they refer to, in one block.
///
// SAFETY: immutable after `init`, freed in `deinit`; pointers into it leave only as `FieldView`s, within the scope of a call.
final class EnvelopeStorage: @unchecked Sendable {
  private let block: UnsafeMutableRawPointer
  private let parts: EnvelopeParts
  let head: EnvelopeHead

  /// Copies what a parser holds. `head`: what was read from it, by the parser's numbers of members.
  init(_ document: EnvelopeParts, _ head: EnvelopeHead) {
    let count = EnvelopeHead.Source.nodeCount + (head.before?.count ?? 0) + (head.after?.count ?? 0) + (head.message?.count ?? 0)
    let nodeBytes = count * MemoryLayout<csj_node>.stride
    let size = nodeBytes + document.text.count + document.extra.count
    block = .allocate(byteCount: max(size, 1), alignment: MemoryLayout<csj_node>.alignment)
    let nodes = block.bindMemory(to: csj_node.self, capacity: count)
    var copied = 0
    func copy(_ range: Range<Int>) -> Range<Int> {
      for index in range { (nodes + copied + index - range.lowerBound).initialize(to: document.nodes[index]) }
      defer { copied += range.count }
      return copied..<copied + range.count
    }
    self.head = head.renumbered(rows: { copy($0) }, text: { Int32(copy(Int($0)..<Int($0) + 1).lowerBound) })
    let text = block + nodeBytes
    if let source = document.text.baseAddress { text.copyMemory(from: source, byteCount: document.text.count) }
    let extra = text + document.text.count
    if let source = document.extra.baseAddress, document.extra.count > 0 {
      extra.copyMemory(from: source, byteCount: document.extra.count)
    }
    parts = EnvelopeParts(
      nodes: UnsafeBufferPointer(start: nodes, count: copied),
      text: UnsafeRawBufferPointer(start: text, count: document.text.count),
      extra: UnsafeRawBufferPointer(start: extra, count: document.extra.count))
  }

  deinit { block.deallocate() }

  /// A member's name; valid as long as this object.
  func nameBytes(_ index: Int) -> UnsafeRawBufferPointer { parts.name(index) }

  /// A member's value; valid as long as this object.
  func view(_ index: Int) -> FieldView { parts.view(index) }

  func isNull(_ index: Int) -> Bool { parts.isNull(index) }

  func string(_ index: Int) -> String {
    withExtendedLifetime(self) { String(decoding: parts.view(index).bytes, as: UTF8.self) }
  }
}
