internal import NIOCore

/// Fetch: batches out of logs, at once or when there are enough (Kafka protocol guide, "Fetch API").
///
/// There are no fetch sessions (KIP-227): a full fetch is answered with session 0, which tells clients that none was made, and a
/// request of a session with FETCH_SESSION_ID_NOT_FOUND, as a Kafka broker answers that has no room for one.
final class FetchRequests {
  private let topics: TopicCatalogue
  private let scheduler: any Scheduler
  private let metrics: BrokerMetrics
  /// `fetch.max.bytes`: most that one answer holds, unless a single batch is larger.
  private let maxBytes: Int
  private var waiting: [ObjectIdentifier: [WaitingFetch]] = [:]
  private var byConnection: [Int: WaitingFetch] = [:]
  /// Fetches that have enough, to be answered when the work at hand is done: one append may complete several partitions of a fetch.
  private var ready: [WaitingFetch] = []

  init(topics: TopicCatalogue, scheduler: any Scheduler, metrics: BrokerMetrics, maxBytes: Int) {
    self.topics = topics
    self.scheduler = scheduler
    self.metrics = metrics
    self.maxBytes = maxBytes
  }

  /// Fetches that wait for records.
  var waitingCount: Int { byConnection.count }

  func handle(_ request: FetchRequest, _ context: RequestContext, reply: @escaping (FetchResponse?) -> Void) {
    guard request.sessionID == 0 else {
      var response = FetchResponse()
      response.errorCode = .fetchSessionIDNotFound
      return reply(response)
    }
    let plan = FetchPlan(request, version: context.apiVersion, topics: topics, maxBytes: maxBytes)
    let (response, bytes, isFinal) = plan.read()
    guard !isFinal, bytes < Int(request.minBytes), request.maxWaitMilliseconds > 0, !plan.logs.isEmpty else {
      return answer(response, plan, reply)
    }
    wait(WaitingFetch(plan: plan, connectionID: context.connectionID, missingBytes: Int(request.minBytes) - bytes, reply: reply), request)
  }

  /// Records were appended, or became visible to read_committed: `bytes` more.
  func appended(to log: PartitionLog, bytes: Int) {
    guard let fetches = waiting[ObjectIdentifier(log)] else { return }
    for fetch in fetches where !fetch.isReady {
      fetch.missingBytes -= bytes
      guard fetch.missingBytes <= 0 else { continue }
      fetch.isReady = true
      if ready.isEmpty { scheduler.schedule(afterMilliseconds: 0) { [self] in answerReady() } }
      ready.append(fetch)
    }
  }

  /// A transaction ended, the log start moved or the log is gone: what waits for it looks again.
  func changed(_ log: PartitionLog) { appended(to: log, bytes: .max / 2) }

  /// The client is gone.
  func connectionClosed(_ id: Int) {
    if let fetch = byConnection[id] { forget(fetch) }
  }

  // MARK: Waiting

  private func wait(_ fetch: WaitingFetch, _ request: FetchRequest) {
    byConnection[fetch.connectionID] = fetch
    for log in fetch.plan.logs { waiting[ObjectIdentifier(log), default: []].append(fetch) }
    fetch.timeout = scheduler.schedule(afterMilliseconds: Int64(request.maxWaitMilliseconds)) { [self] in finish(fetch) }
  }

  private func answerReady() {
    let fetches = ready
    ready = []
    for fetch in fetches where byConnection[fetch.connectionID] === fetch {
      let (response, bytes, isFinal) = fetch.plan.read()
      if isFinal || bytes >= fetch.plan.minBytes {
        forget(fetch)
        answer(response, fetch.plan, fetch.reply)
      } else {
        // Appended, but not visible: beyond the last stable offset, or not yet durable.
        fetch.missingBytes = fetch.plan.minBytes - bytes
        fetch.isReady = false
      }
    }
  }

  private func finish(_ fetch: WaitingFetch) {
    forget(fetch)
    answer(fetch.plan.read().response, fetch.plan, fetch.reply)
  }

  private func forget(_ fetch: WaitingFetch) {
    fetch.timeout?.cancel()
    byConnection[fetch.connectionID] = nil
    for log in fetch.plan.logs {
      let key = ObjectIdentifier(log)
      waiting[key]?.removeAll { $0 === fetch }
      if waiting[key]?.isEmpty == true { waiting[key] = nil }
    }
  }

  private func answer(_ response: FetchResponse, _ plan: FetchPlan, _ reply: (FetchResponse?) -> Void) {
    for (topic, name) in zip(response.responses, plan.topicNames) {
      let bytes = topic.partitions.reduce(0) { $0 + ($1.records?.readableBytes ?? 0) }
      if bytes > 0 { metrics.fetched(topic: name, bytes: bytes) }
    }
    reply(response)
  }
}
