internal import CRDKafka

extension Consumer {
  /// How long librdkafka may not know that its queue has room again.
  private static let roomInterval: Duration = .milliseconds(10)

  /// Lets librdkafka see that records were taken from its queue, or that partitions were resumed.
  ///
  /// The thread of a broker stops fetching while the queue is full, or all of its partitions are paused, and then looks again only when
  /// something comes for it or a second has passed: a queue of 16 MiB that is emptied faster than that carries 16 MiB a second and no more. From
  /// 2.2 on `fetch.queue.backoff.ms` says how often it looks; before, setting the credentials is the one public call that wakes these threads
  /// and does nothing else, as long as they are the ones that are set already. (Where SASL has none, they are not used.)
  /// - Parameter isUrgent: whether to do it also where it was done a moment ago.
  func tellOfRoom(isUrgent: Bool = false) {
    let isDue = state.withLock { state in
      let now = ContinuousClock.now
      guard isUrgent || now >= state.roomToldAt + Self.roomInterval else { return false }
      state.roomToldAt = now
      return true
    }
    guard isDue else { return }
    let credentials = configuration.credentials
    if let error = rd_kafka_sasl_set_credentials(handle.pointer, credentials.username, credentials.password) {
      rd_kafka_error_destroy(error)
    }
  }
}

extension ConsumerConfiguration {
  /// What `sasl.username` and `sasl.password` are; empty where there are none.
  var credentials: (username: String, password: String) {
    let (username, password) = security.sasl?.credentials ?? ("", "")
    return (extra["sasl.username"] ?? username, extra["sasl.password"] ?? password)
  }
}
