/// A transition that the table of states does not have: a defect of the coordinator, answered UNKNOWN_SERVER_ERROR.
struct TransactionStateError: Error, Equatable, CustomStringConvertible {
  var from: TransactionState
  var to: TransactionState

  var description: String { "a transaction cannot go from \(from) to \(to)" }
}
