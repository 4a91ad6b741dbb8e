/// Writes JSON bytes into one buffer that is used again and again.
///
/// It knows nothing of structure: who calls it writes braces, commas and names. Numbers and strings come out exactly as
/// Java's Jackson writes them. The buffer grows and never shrinks; `removeAll()` keeps it. Not safe for use by two threads at once.
public struct JSONWriter: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// How many bytes were written.
  public private(set) var count: Int

  /// A writer with room for `capacity` bytes before it has to grow.
  public init(capacity: Int = 4096) {
    self.capacity = max(capacity, 64)
    base = .allocate(capacity: self.capacity)
    count = 0
  }

  deinit { base.deallocate() }

  /// Forgets what was written, keeps the memory.
  public mutating func removeAll() { count = 0 }

  /// Forgets what was written from `position` on; a position beyond the end changes nothing.
  public mutating func truncate(to position: Int) { if position >= 0 && position < count { count = position } }

  /// Gives the bytes written so far, or those in `range`, for as long as `body` runs.
  public borrowing func withUnsafeBytes<R, E: Error>(
    in range: Range<Int>? = nil, _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    let range = (range ?? 0..<count).clamped(to: 0..<count)
    return try body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// A copy of the bytes written so far.
  public borrowing func copyBytes() -> [UInt8] { Array(UnsafeBufferPointer(start: base, count: count)) }

  /// Makes room for `n` bytes and returns where they go; `advance` then says how many were written.
  @inline(__always)
  mutating func reserve(_ n: Int) -> UnsafeMutablePointer<UInt8> {
    if capacity - count < n { grow(n) }
    return base + count
  }

  @inline(__always)
  mutating func advance(_ n: Int) { count += n }

  @inline(never)
  private mutating func grow(_ n: Int) {
    let wanted = max(capacity * 2, count + n)
    let new = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
    new.update(from: base, count: count)
    base.deallocate()
    base = new
    capacity = wanted
  }

  /// Appends one byte as it is.
  @inline(__always)
  public mutating func raw(_ byte: UInt8) {
    reserve(1).pointee = byte
    count += 1
  }

  /// Appends bytes as they are.
  @inline(__always)
  public mutating func raw(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    UnsafeMutableRawPointer(reserve(bytes.count)).copyMemory(from: start, byteCount: bytes.count)
    count += bytes.count
  }

  /// Appends bytes as they are.
  @inline(__always)
  public mutating func raw(_ bytes: [UInt8]) { bytes.withUnsafeBytes { raw($0) } }

  /// Appends a literal as it is.
  @inline(__always)
  public mutating func raw(_ literal: StaticString) {
    raw(UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  /// Appends `null`.
  public mutating func null() { raw("null") }

  /// Appends `true` or `false`.
  public mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }
}
