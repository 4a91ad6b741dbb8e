/// The values of a row's primary key as PostgreSQL texts, in the key's order.
struct RowKey: Hashable, Sendable {
  /// The texts one after the other.
  private(set) var bytes: [UInt8] = []
  /// Where each text ends. Empty while the key has one column, whose text is all of `bytes`.
  private(set) var ends: [Int32] = []

  /// A key of one text.
  init(text: [UInt8]) { bytes = text }

  /// A key of no texts yet.
  init() {}

  /// Adds the text of the next column, which `write` appends to the bytes.
  mutating func append<Failure: Error>(_ write: (inout [UInt8]) throws(Failure) -> Void) throws(Failure) {
    try write(&bytes)
    ends.append(Int32(truncatingIfNeeded: bytes.count))
  }

  /// Calls with the text of the column at `index`.
  func withText<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    let start = index == 0 || ends.isEmpty ? 0 : Int(ends[index - 1])
    let end = ends.isEmpty ? bytes.count : Int(ends[index])
    return try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
  }

  /// The text of the column at `index`.
  func text(_ index: Int) -> [UInt8] { withText(index) { Array($0) } }
}
