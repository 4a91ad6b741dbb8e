/// A number of bytes, written with a unit: `KB MB GB` are powers of 1000, `KiB MiB GiB` of 1024.
public struct ByteSize: Sendable, Hashable, Comparable, CustomStringConvertible, ExpressibleByIntegerLiteral {
  /// The bytes, never negative.
  public var bytes: Int

  private static let units: [(name: String, factor: Int)] = [
    ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000), ("B", 1),
  ]

  /// A size of so many bytes.
  public init(bytes: Int) { self.bytes = max(0, bytes) }

  /// A size of so many bytes.
  public init(integerLiteral value: Int) { self.init(bytes: value) }

  /// A size of so many KiB.
  public static func kibibytes(_ count: Int) -> ByteSize { ByteSize(bytes: count << 10) }

  /// A size of so many MiB.
  public static func mebibytes(_ count: Int) -> ByteSize { ByteSize(bytes: count << 20) }

  /// Reads digits and a unit in any case, `1MiB`, `64 kb`, `1048576`; nil for anything else and beyond 2^63.
  public init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, let count = Int(digits) else { return nil }
    let unit = trimmed(text.dropFirst(digits.count)).lowercased()
    guard let factor = unit.isEmpty ? 1 : Self.units.first(where: { $0.name.lowercased() == unit })?.factor else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: factor)
    guard !overflow else { return nil }
    self.init(bytes: bytes)
  }

  /// Fewer bytes come first.
  public static func < (left: ByteSize, right: ByteSize) -> Bool { left.bytes < right.bytes }

  /// The largest unit that leaves a whole number.
  public var description: String {
    guard bytes > 0 else { return "0" }
    for unit in Self.units where bytes.isMultiple(of: unit.factor) { return "\(bytes / unit.factor)\(unit.name)" }
    return "\(bytes)B"
  }
}
