extension ConnectorWorker {
  /// The connectors' names, in alphabetical order.
  public var names: [String] { entries.keys.sorted() }

  /// - Throws: `ConnectorRequestError` (notFound).
  public func status(_ name: String) throws(ConnectorRequestError) -> ConnectorStatus {
    guard let entry = entries[name] else { throw ConnectorRequestError(.notFound, "No status found for connector \(name)") }
    let run = runs[name]
    let task = Self.task(entry, run, isRunning: isRunning)
    return ConnectorStatus(
      name: name, connector: Self.connector(entry, isRunning: isRunning), task: task,
      workerID: options.workerID, capture: run?.runner.status)
  }

  private static func connector(_ entry: ConnectorEntry, isRunning: Bool) -> ConnectorStatus.Part {
    switch (entry.definition.target, entry.configuration) {
    case (.stopped, _): .init(.stopped)
    case (_, .failure(let error)): .init(.failed, trace: error.description)
    case (.paused, _): .init(.paused)
    case (.started, _): .init(isRunning ? .running : .unassigned)
    }
  }

  private static func task(_ entry: ConnectorEntry, _ run: ConnectorRun?, isRunning: Bool) -> ConnectorStatus.Part? {
    guard entry.definition.target != .stopped, case .success = entry.configuration else {
      // A task that is about to end is one until it has ended.
      return run == nil ? nil : .init(.unassigned)
    }
    if let run {
      guard !run.stopping.isTriggered, run.revision == entry.revision else { return .init(isRunning ? .restarting : .unassigned) }
      if entry.definition.target == .paused { return .init(.paused) }
      switch run.runner.status.phase {
      case .starting, .standby, .stopped: return .init(.unassigned)
      case .snapshot, .streaming, .reconnecting, .stopping: return .init(.running)
      }
    }
    switch entry.outcome {
    case .failed(let error): return .init(.failed, trace: error.description)
    // As Debezium's task after `initial_only`: there, with nothing left to do.
    case .finished: return .init(entry.definition.target == .paused ? .paused : .running)
    case nil: return .init(.unassigned)
    }
  }

  /// The topics that a connector has written to.
  public func topics(_ name: String) throws(ConnectorRequestError) -> [String] { try entry(name).topics.sorted }

  /// Forgets them.
  public func resetTopics(_ name: String) throws(ConnectorRequestError) { try entry(name).topics.reset() }

  /// The configuration as it may be shown: literal secrets masked, `name` included.
  public func settings(_ name: String) throws(ConnectorRequestError) -> [String: String] {
    var settings = ConnectorSecrets.masked(try entry(name).definition.settings)
    settings["name"] = name
    return settings
  }

  /// Whether the connector has its task (number 0).
  public func hasTask(_ name: String) throws(ConnectorRequestError) -> Bool {
    let entry = try entry(name)
    return Self.task(entry, runs[name], isRunning: isRunning) != nil
  }

  func entry(_ name: String) throws(ConnectorRequestError) -> ConnectorEntry {
    guard let entry = entries[name] else { throw .unknown(name) }
    return entry
  }
}
