/// A record's place in its transaction, as read from an envelope.
public struct EnvelopeTransaction: Sendable, Hashable {
  /// `<transaction id>:<LSN>`.
  public let id: String
  /// The record's number in the transaction, from 1.
  public let totalOrder: Int64
  /// The record's number among those of its table, from 1.
  public let dataCollectionOrder: Int64
}
