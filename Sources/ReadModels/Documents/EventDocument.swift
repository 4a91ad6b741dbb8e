/// A document that a handler of events has computed: the state of an aggregate after its event of `version`.
public struct EventDocument: Sendable, Hashable {
  /// The document's key as text: the aggregate's ID.
  public var key: String
  /// The version of the last event that is in it; the aggregate's version.
  public var version: Int64
  /// The body, JSON in UTF-8; nil deletes the document and leaves a mark with this version.
  public var body: [UInt8]?
  /// The LSN of the last event, 0 where it is not known.
  public var lsn: Int64

  /// A document to store.
  public init(key: String, version: Int64, body: [UInt8]?, lsn: Int64 = 0) {
    self.key = key
    self.version = version
    self.body = body
    self.lsn = lsn
  }
}
