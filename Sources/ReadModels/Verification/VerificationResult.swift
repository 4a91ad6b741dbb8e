/// What the verification of one table or projection has found.
public struct VerificationResult: Sendable, Hashable, Encodable {
  /// A row or document that is not what it should be.
  public struct Difference: Sendable, Hashable, Encodable {
    /// `missing`, `extra` or `different`, seen from the read side.
    public var kind: String
    /// The primary key's values as text, or the document's key.
    public var key: [String]
    /// The columns that differ, where both sides have the row.
    public var columns: [String] = []
    /// Their values in the source and in the mirror, where they were asked for; nil is NULL.
    public var values: [String: Pair]?
    /// Whether it was mended.
    public var isRepaired = false
  }

  /// A value on both sides.
  public struct Pair: Sendable, Hashable, Encodable {
    /// In the source; nil is NULL, or no row.
    public var source: String?
    /// In the mirror; nil is NULL, or no row.
    public var mirror: String?
  }

  /// `public.products` of the source, or `document.product`.
  public var name: String
  /// Rows or documents that were looked at.
  public var checked = 0
  /// Those the read side lacks.
  public var missing = 0
  /// Those that only the read side has.
  public var extra = 0
  /// Those with other values.
  public var different = 0
  /// Those that were mended.
  public var repaired = 0
  /// Those that looked different and were written so often that nothing could be said of them.
  public var unsettled = 0
  /// Some of the differences, the first ones.
  public var samples: [Difference] = []

  init(name: String) { self.name = name }

  /// All differences together.
  public var differences: Int { missing + extra + different }

  /// Whether nothing is left to mend, and something could be said of everything.
  public var isClean: Bool { differences == repaired && unsettled == 0 }

  mutating func note(_ difference: Difference, kind: MirrorDifference.Kind, sampleLimit: Int) {
    switch kind {
    case .missing: missing += 1
    case .extra: extra += 1
    case .different: different += 1
    }
    if difference.isRepaired { repaired += 1 }
    if samples.count < sampleLimit { samples.append(difference) }
  }
}
