/// A row as the comparison sees it.
struct RowDigest: Sendable, Hashable {
  /// The key's text, by whose bytes the rows of a side are ordered.
  let key: [UInt8]
  /// Digest of all values; for a table without a key, how many rows there are of this digest (the key is the digest then).
  let digest: [UInt8]
  /// How many rows this stands for.
  let count: Int
}
