extension ConnectorWorker {
  /// Makes a connector.
  ///
  /// - Parameter target: its first state.
  /// - Throws: `ConnectorRequestError`: it exists, or its configuration cannot be used.
  public func create(
    _ name: String, settings: [String: String], target: ConnectorTarget = .started
  ) async throws(ConnectorRequestError) {
    try requireManaged()
    let settings = try ConnectorSecrets.restored(try Self.named(settings, name), from: nil)
    let entry = try checked(name, settings, target: target)
    guard entries[name] == nil else { throw ConnectorRequestError(.conflict, "Connector \(name) already exists") }
    try await put(entry)
  }

  /// Makes a connector, or gives it another configuration; it restarts if that is another one.
  ///
  /// - Returns: whether it was made.
  public func configure(_ name: String, settings: [String: String]) async throws(ConnectorRequestError) -> Bool {
    let old = entries[name]
    let settings = try ConnectorSecrets.restored(try Self.named(settings, name), from: old?.definition.settings)
    var entry = try checked(name, settings, target: old?.definition.target ?? .started)
    if let old {
      let isSame = (try? Self.named(old.definition.settings, name)) == settings
      // What a reference stands for may have changed.
      if isSame, old.resolved == entry.resolved, !old.hasFailed { return false }
      if isSame { entry.definition.origin = old.definition.origin }
      if !isSame { try requireManaged() }
    } else {
      try requireManaged()
    }
    try await put(entry)
    return old == nil
  }

  /// Changes some keys; those with nil are removed.
  public func patch(_ name: String, settings: [String: String?]) async throws(ConnectorRequestError) {
    var merged = try entry(name).definition.settings
    for (key, value) in settings { merged[key] = value == ConnectorSecrets.mask && ConnectorKey.isSecret(key) ? merged[key] : value }
    _ = try await configure(name, settings: merged)
  }

  /// Removes a connector. Its offsets and its slot stay: what was captured is not captured again by a connector of this name.
  public func delete(_ name: String) async throws(ConnectorRequestError) {
    let entry = try entry(name)
    try requireManaged()
    entries[name] = nil
    noteChange(name, isThere: false)
    let run = runs[name]
    reconcile(name)
    do { try await removeStored(name) } catch { throw ConnectorRequestError(.failed, "\(error)") }
    if case .success(let configuration) = entry.configuration {
      logger.notice(
        "connector deleted; its slot stays and retains WAL until it is dropped",
        metadata: ["connector": "\(name)", "slot": "\(configuration.slotName)"])
    }
    await run?.ended.wait()
  }

  /// Asks for another state. A stop returns once the engine has ended.
  public func setTarget(_ target: ConnectorTarget, of name: String) async throws(ConnectorRequestError) {
    let old = try entry(name).definition
    if old.target != target {
      entries[name]?.definition.target = target
      // A failed connector that was stopped starts afresh.
      if target == .stopped { entries[name]?.outcome = nil }
      if let changed = entries[name]?.definition {
        do { try await save(changed) } catch {
          if entries[name]?.definition == changed { entries[name]?.definition = old }
          throw ConnectorRequestError(.failed, "\(error)")
        }
      }
    }
    reconcile(name)
    if target == .stopped { await runs[name]?.ended.wait() }
  }

  /// Starts the engine again: with what files and variables say now.
  ///
  /// - Parameter onlyFailed: leaves one alone that has not failed.
  /// - Returns: what will be restarted.
  public func restart(_ name: String, includeTasks: Bool, onlyFailed: Bool) throws(ConnectorRequestError) -> ConnectorStatus {
    guard entries[name] != nil else { throw ConnectorRequestError(.notFound, "Unknown connector: \(name)") }
    var plan = try status(name)
    // Connector and task are one engine here; a stopped connector has nothing to restart.
    guard plan.connector.state != .stopped, !onlyFailed || plan.hasFailed else { return plan }
    if !onlyFailed || plan.connector.state == .failed { plan.connector = .init(.restarting) }
    if includeTasks || !onlyFailed, plan.task != nil { plan.task = .init(.restarting) }
    if plan.connector.state != .restarting, plan.task?.state != .restarting { return plan }
    entries[name]?.read(factory.environment)
    entries[name]?.revision += 1
    entries[name]?.outcome = nil
    reconcile(name)
    return plan
  }

  /// Sends a signal to the running connector.
  ///
  /// - Throws: `ConnectorRequestError`: the signal is not understood, or nothing runs that could take it.
  public func send(_ signal: CaptureSignal, to name: String) throws(ConnectorRequestError) {
    let entry = try entry(name)
    guard entry.definition.target == .started, let run = runs[name], !run.stopping.isTriggered else {
      throw ConnectorRequestError(.conflict, "Connector \(name) does not run: resume it, then send the signal")
    }
    do { try run.runner.send(signal) } catch { throw ConnectorRequestError(.invalid, error.description) }
  }

  /// Restarts task 0.
  public func restartTask(_ task: Int, of name: String) throws(ConnectorRequestError) {
    _ = try entry(name)
    guard task == 0, try hasTask(name) else { throw ConnectorRequestError(.notFound, "Task \(name)-\(task) not found") }
    _ = try restart(name, includeTasks: true, onlyFailed: false)
  }

  // MARK: - Checks

  private func requireManaged() throws(ConnectorRequestError) {
    guard options.isManaged else {
      throw ConnectorRequestError(
        .forbidden, "this process runs the connector files that it was given: start `sluice capture --worker` to manage connectors by REST")
    }
  }

  private static func named(_ settings: [String: String], _ name: String) throws(ConnectorRequestError) -> [String: String] {
    var settings = settings
    if let inner = settings["name"], inner != name {
      throw ConnectorRequestError(
        .invalid, "Connector name configuration (\(inner)) doesn't match connector name in the URL (\(name))")
    }
    settings["name"] = name
    return settings
  }

  private func checked(
    _ name: String, _ settings: [String: String], target: ConnectorTarget
  ) throws(ConnectorRequestError) -> ConnectorEntry {
    guard !name.isEmpty, name.utf8.count <= 200, name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
      throw ConnectorRequestError(.invalid, "the connector's name: expected 1 to 200 bytes without control characters")
    }
    guard settings["connector.class"] != nil else {
      throw ConnectorRequestError(.invalid, "Connector config of \(name) contains no connector type: connector.class is missing")
    }
    let entry = ConnectorEntry(
      ConnectorDefinition(name: name, settings: settings, target: target), environment: factory.environment, retryCap: options.retryCap)
    var validation = ConnectorValidation(settings, environment: factory.environment)
    if let other = other(with: entry) {
      validation.add(
        "slot.name", "key \"slot.name\": connector \"\(other)\" reads this slot of this server; give each connector a slot of its own")
    }
    guard validation.errorCount > 0 else { return entry }
    throw ConnectorRequestError(
      .invalid,
      "Connector configuration is invalid and contains the following \(validation.errorCount) error(s):\n"
        + validation.messages.joined(separator: "\n")
        + "\nYou can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`")
  }

  /// Stores a definition and goes by it; one that cannot be stored changes nothing.
  private func put(_ entry: ConnectorEntry) async throws(ConnectorRequestError) {
    let name = entry.definition.name
    let old = entries[name]
    var entry = entry
    // Also after a deletion whose run has not ended yet, the new one is another.
    entry.revision = max(old?.revision ?? 0, runs[name]?.revision ?? 0) + 1
    entries[name] = entry
    do { try await save(entry.definition) } catch {
      if entries[name]?.revision == entry.revision { entries[name] = old }
      throw ConnectorRequestError(.failed, "\(error)")
    }
    if old == nil { noteChange(name, isThere: true) }
    reconcile(name)
  }
}

extension ConnectorEntry {
  var hasFailed: Bool {
    if case .failure = configuration { return true }
    if case .failed = outcome { return true }
    return false
  }
}
