/// A fetch that waits for records or its time to be over.
final class WaitingFetch {
  let plan: FetchPlan
  let connectionID: Int
  let reply: (FetchResponse?) -> Void
  /// How much has to come before it is worth looking again.
  var missingBytes: Int
  var isReady = false
  var timeout: (any ScheduledWork)?

  init(plan: FetchPlan, connectionID: Int, missingBytes: Int, reply: @escaping (FetchResponse?) -> Void) {
    self.plan = plan
    self.connectionID = connectionID
    self.missingBytes = missingBytes
    self.reply = reply
  }
}
