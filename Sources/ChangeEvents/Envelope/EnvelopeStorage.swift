internal import CSimdJSON

/// An envelope's memory: what it says of itself, and in one block the values of its rows and the bytes that they refer to.
///
// SAFETY: immutable after `init`, freed in `deinit`; pointers into the block leave only as `FieldView`s, within the scope of a call.
final class EnvelopeStorage: @unchecked Sendable {
  let head: EnvelopeHead
  let origin: EnvelopeOrigin
  let rows: EnvelopeRows
  /// The number of the row's first value; that of `before` is 0.
  let afterStart: Int
  let messageStart: Int
  /// The number of the value that follows the rows': the text of `source.sequence`, where there is one.
  let rowsEnd: Int
  /// How many values there are.
  let valueCount: Int
  private let values: UnsafeMutablePointer<StoredValue>

  /// Copies what is needed of what a parser holds.
  init(_ head: EnvelopeHead, origin: EnvelopeOrigin, rows: EnvelopeRows, copying parts: EnvelopeParts, _ outline: EnvelopeOutline) {
    self.head = head
    self.origin = origin
    self.rows = rows
    afterStart = outline.before?.count ?? 0
    messageStart = afterStart + (outline.after?.count ?? 0)
    rowsEnd = messageStart + (outline.message?.count ?? 0)
    valueCount = rowsEnd + (outline.sequence < 0 ? 0 : 1)
    var byteCount = 0
    outline.forEachValue { byteCount += Int(parts.nodes[$0].value_length) }
    let valueBytes = valueCount * MemoryLayout<StoredValue>.stride
    let block = UnsafeMutableRawPointer.allocate(byteCount: max(valueBytes + byteCount, 1), alignment: MemoryLayout<StoredValue>.alignment)
    let values = block.bindMemory(to: StoredValue.self, capacity: valueCount)
    let bytes = block + valueBytes
    var copied = 0
    var end = 0
    outline.forEachValue { index in
      let view = parts.view(index)
      (values + copied).initialize(
        to: StoredValue(
          offset: UInt32(truncatingIfNeeded: end), length: UInt32(truncatingIfNeeded: view.bytes.count), integer: view.integer,
          kind: view.kind))
      if let source = view.bytes.baseAddress { (bytes + end).copyMemory(from: source, byteCount: view.bytes.count) }
      copied += 1
      end += view.bytes.count
    }
    self.values = values
  }

  deinit { UnsafeMutableRawPointer(values).deallocate() }

  /// Lends the value of this number, which must be below `valueCount`.
  @inline(__always)
  func withView<Result>(_ index: Int, _ body: (FieldView) -> Result) -> Result {
    let value = values[index]
    let bytes = UnsafeRawPointer(values + valueCount) + Int(value.offset)
    return withExtendedLifetime(self) {
      body(FieldView(kind: value.kind, integer: value.integer, bytes: UnsafeRawBufferPointer(start: bytes, count: Int(value.length))))
    }
  }
}
