import ServiceLifecycle

/// Makes a failure of an end that should not have come, so that the others are stopped in order and not cancelled.
struct WatchedComponent: Service {
  let name: String
  let service: any Service
  let mayFinish: Bool

  func run() async throws {
    try await service.run()
    if !mayFinish, !Task.isShuttingDownGracefully, !Task.isCancelled { throw ComponentEnded(name: name) }
  }
}
