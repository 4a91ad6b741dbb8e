/// Offsets to be committed together, whoever wants it: a member, a client without a group, or a transaction.
struct OffsetCommit {
  var groupID: String
  var generationID: Int32
  var memberID: String
  var groupInstanceID: String?
  /// The producer whose transaction decides about the offsets, if any.
  var producer: StateProducer?
  /// The error for a generation of a group that does not exist: it differs by the version of the API.
  var unknownGroup: ErrorCode
  var offsets: [(partition: TopicPartition, offset: CommittedOffset)]
}
