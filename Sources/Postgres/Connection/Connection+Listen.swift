extension Connection {
  /// Listens to a channel. When this returns, LISTEN is in effect: what is sent from now on arrives.
  ///
  /// At most 1000 notifications wait for a slow reader; further ones are dropped with a warning in the log. The sequence ends with an error when the
  /// connection does. Use a connection of its own, not one of a pool, and not inside a transaction.
  public func listen(_ channel: String) async throws -> Notifications {
    let (stream, continuation) = AsyncThrowingStream<PostgresNotification, any Error>.makeStream(bufferingPolicy: .bufferingOldest(1000))
    let sink = NotificationSink(continuation)
    try await thread.perform(.listen, timeout: configuration.queryTimeout) { session, control in
      _ = try session.run("LISTEN \(identifier: channel)", format: .text, control)
      session.listeners[channel, default: []].append(sink)
      session.state.hasListeners = true
    }
    continuation.onTermination = { [weak thread, weak sink] _ in
      guard let thread, let sink else { return }
      thread.post(.listen, timeout: nil) { session, _ in
        session.listeners[channel]?.removeAll { $0 === sink }
      }
    }
    return Notifications(stream: stream)
  }

  /// Somebody has listened on this connection: others would pay for its notifications.
  var hasListeners: Bool { thread.state.hasListeners }
}
