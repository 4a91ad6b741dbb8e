/// The transactional producer on whose behalf a coordinator writes records, so that they count only once a marker commits them:
/// offsets committed within a transaction (`TxnOffsetCommit`, KIP-98).
struct StateProducer: Hashable, Sendable {
  var id: Int64
  var epoch: Int16
}
