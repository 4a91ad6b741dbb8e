/// A document as it is stored.
public struct StoredDocument: Sendable, Hashable {
  /// The document's key as text.
  public let key: String
  /// The body: JSON text in UTF-8.
  public let body: [UInt8]
  /// Grows with every change of the body; fit for an ETag.
  public let version: Int64
  /// The highest LSN of the changes that the document reflects, held back below changes that are still on their way to it; 0 where it is not made from a database's changes.
  public let lsn: Int64
  /// When the body was last changed, microseconds since 1970.
  public let updatedAt: Int64

  /// A document.
  public init(key: String, body: [UInt8], version: Int64, lsn: Int64, updatedAt: Int64) {
    self.key = key
    self.body = body
    self.version = version
    self.lsn = lsn
    self.updatedAt = updatedAt
  }
}
