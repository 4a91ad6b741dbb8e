/// Which parts of a document have to be computed anew: a set of numbers from 0 to 62, or all there are.
public struct DocumentParts: Sendable, Hashable {
  /// Most numbers that are told apart.
  static let limit = 63

  /// A bit for each number, as SQL takes them.
  let bits: Int64

  /// The whole document.
  public static let all = DocumentParts(bits: -1)

  private init(bits: Int64) { self.bits = bits }

  /// One part. Those above the last number that is told apart count as that one.
  public init(_ number: Int) { bits = 1 << Int64(min(max(number, 0), Self.limit - 1)) }

  /// The parts of both.
  public func union(_ other: DocumentParts) -> DocumentParts { DocumentParts(bits: bits | other.bits) }
}
