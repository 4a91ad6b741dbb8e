/// Which parts of a document have to be computed anew: a set of numbers from 0 to 62, or all there are.
public struct DocumentParts: Sendable, Hashable {
  /// Most numbers that are told apart.
  static let limit = 63

  /// A bit for each number, as SQL takes them.
  let bits: Int64

  /// The whole document.
  public static let all = DocumentParts(bits: -1)

  /// Nothing but what is computed always.
  public static let none = DocumentParts(bits: 0)

  private init(bits: Int64) { self.bits = bits }

  /// One part. Those above the last number that is told apart count as that one.
  public init(_ number: Int) { bits = 1 << Int64(min(max(number, 0), Self.limit - 1)) }

  /// Whether they have one in common.
  func overlaps(_ other: DocumentParts) -> Bool { bits & other.bits != 0 }

  /// The parts of both.
  public func union(_ other: DocumentParts) -> DocumentParts { DocumentParts(bits: bits | other.bits) }
}
