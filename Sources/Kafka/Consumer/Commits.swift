/// The ledger and those who wait for its answers; one lock for "is it still ours?" and the handing over to librdkafka.
struct Commits {
  var ledger = CommitLedger()
  var lastTicket: CommitLedger.Ticket = 0
  var waiters: [CommitLedger.Ticket: @Sendable (Result<CommitOutcome, any Error>) -> Void] = [:]
}
