public import Logging
public import ServiceLifecycle

/// The connectors of a process: their definitions, their states, and the engines that run them.
///
/// Requests change what is wanted and return; `reconcile` brings each connector there, one step at a time: a run that is out of date is
/// asked to stop, its end starts the next one. So no two engines of a connector ever run at once, whatever order requests come in.
public actor ConnectorWorker: Service {
  enum Work: Sendable {
    case run(ConnectorRun)
    /// Asks the run to end, and cancels it when it takes too long.
    case stop(ConnectorRun)
    case retry(name: String, revision: Int, wait: Duration)
  }

  let options: ConnectorWorkerOptions
  let factory: any ConnectorFactory
  let store: (any DefinitionStore)?
  let logger: Logger
  var entries: [String: ConnectorEntry] = [:]
  var runs: [String: ConnectorRun] = [:]
  private let given: [ConnectorDefinition]
  private let onChange: @Sendable (ConnectorWorker, String, Bool) -> Void
  private let work: AsyncStream<Work>
  private let orders: AsyncStream<Work>.Continuation
  private let shutdown = StopSignal()
  private var failure: (any Error)?
  /// Whether the definitions are read and the shutdown has not begun.
  public internal(set) var isRunning = false

  /// Makes a worker; nothing runs before `run()`.
  ///
  /// - Parameters:
  ///   - definitions: of files. They win over stored ones of the same name, whose target state they keep: a file is the whole truth about
  ///     a connector's configuration, as for Kafka Connect in standalone mode.
  ///   - store: where definitions survive a restart; nil keeps none.
  ///   - factory: makes engines.
  ///   - onChange: called with a connector's name when it is there (true) and when it is gone (false).
  public init(
    definitions: [ConnectorDefinition], store: (any DefinitionStore)? = nil, factory: any ConnectorFactory,
    options: ConnectorWorkerOptions, logger: Logger, onChange: @escaping @Sendable (ConnectorWorker, String, Bool) -> Void = { _, _, _ in }
  ) {
    given = definitions
    self.store = store
    self.factory = factory
    self.options = options
    self.logger = logger
    self.onChange = onChange
    // Bounded by the number of connectors and of requests about them.
    (work, orders) = AsyncStream.makeStream(of: Work.self)
  }

  /// Runs the connectors until a graceful shutdown; see ``ConnectorWorkerOptions/isManaged`` for other ends.
  ///
  /// - Throws: `CaptureError` of definitions that cannot be used (files', and all where the worker is not managed), or of the first
  ///   connector that failed where it is not managed.
  public func run() async throws {
    try await open()
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in
        group.addTask { await self.stopAllOnShutdown() }
        for await item in work { group.addTask { await self.carryOut(item) } }
        // Cancelled: everything that runs is, too.
        if Task.isCancelled { group.cancelAll() }
        shutdown.trigger()
      }
    } onGracefulShutdown: {
      self.shutdown.trigger()
    }
    if let failure { throw failure }
    try Task.checkCancellation()
  }

  // MARK: - Beginning and end

  private func open() async throws {
    var definitions: [String: ConnectorDefinition] = [:]
    for definition in try await store?.load() ?? [] {
      // Those of files come back with their file.
      if case .file = definition.origin, !given.contains(where: { $0.name == definition.name }) { continue }
      definitions[definition.name] = definition
    }
    var seen: Set<String> = []
    for file in given {
      guard seen.insert(file.name).inserted else {
        throw CaptureError.configuration("\(file.place): there is another connector file with the name \"\(file.name)\"")
      }
      if let stored = definitions[file.name], stored.origin == .rest, stored.settings != file.settings {
        logger.warning("the file's configuration replaces the one that was given by REST", metadata: ["connector": "\(file.name)"])
      }
      var definition = file
      definition.target = definitions[file.name]?.target ?? .started
      definitions[file.name] = definition
    }
    for definition in definitions.values.sorted(by: { $0.name < $1.name }) {
      let entry = ConnectorEntry(definition, environment: factory.environment, retryCap: options.retryCap)
      let isFile = if case .file = definition.origin { true } else { false }
      if case .failure(let error) = entry.configuration, isFile || !options.isManaged { throw error }
      if let other = other(with: entry) {
        throw CaptureError.configuration(
          "\(definition.place): key \"slot.name\": connector \"\(other)\" reads this slot of this server; give each connector a slot of its own"
        )
      }
      entries[definition.name] = entry
    }
    isRunning = true
    for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
      if store != nil { try await save(entry.definition) }
      onChange(self, name, true)
      reconcile(name)
    }
    endWhenAllHave()
  }

  /// The connector that reads the same slot.
  func other(with entry: ConnectorEntry) -> String? {
    guard let slot = entry.slot else { return nil }
    return entries.first { $0.key != entry.definition.name && $0.value.slot == slot }?.key
  }

  private func stopAllOnShutdown() async {
    await shutdown.wait()
    isRunning = false
    for run in runs.values { stop(run) }
    if runs.isEmpty { orders.finish() }
  }

  /// Files' connectors that have all come to their end are the end of the process.
  private func endWhenAllHave() {
    guard !options.isManaged, runs.isEmpty else { return }
    let isOver = entries.values.allSatisfy { if case .finished = $0.outcome { true } else { false } }
    if isOver { shutdown.trigger() }
  }

  // MARK: - Runs

  private nonisolated func carryOut(_ item: Work) async {
    switch item {
    case .run(let run):
      do {
        // Nil: it was cancelled after its deadline. What it had not delivered is read again.
        _ = try await run.kill.interrupting { try await run.runner.run() }
        await ended(run, nil)
      } catch { await ended(run, error) }
    case .stop(let run):
      run.runner.stop()
      do {
        let isLate: Bool? = try await run.ended.interrupting {
          try await Task.sleep(for: self.options.stopDeadline)
          return true
        }
        if isLate == true {
          logger.warning("the connector did not stop in time and is cancelled", metadata: ["connector": "\(run.name)"])
          run.kill.trigger()
        }
      } catch { return }
    case .retry(let name, let revision, let wait):
      do { try await shutdown.sleep(for: wait) } catch { return }
      await retry(name, revision: revision)
    }
  }

  private func ended(_ run: ConnectorRun, _ error: (any Error)?) {
    runs[run.name] = nil
    run.ended.trigger()
    defer { if !isRunning, runs.isEmpty { orders.finish() } }
    guard isRunning else {
      // Killed by the shutdown of the whole is no failure of a connector.
      if let error, !(error is CancellationError), failure == nil, !options.isManaged { failure = error }
      return
    }
    if entries[run.name]?.revision == run.revision, !run.stopping.isTriggered { note(run, error) }
    reconcile(run.name)
    endWhenAllHave()
  }

  /// A run ended by itself.
  private func note(_ run: ConnectorRun, _ error: (any Error)?) {
    guard let error else {
      entries[run.name]?.outcome = .finished
      return logger.notice("the connector has come to its end", metadata: ["connector": "\(run.name)"])
    }
    let safe = Self.safe(error)
    entries[run.name]?.outcome = .failed(safe)
    guard options.isManaged else {
      failure = failure ?? error
      return shutdown.trigger()
    }
    var wait: Duration?
    if safe.category == .failed, let entry = entries[run.name], case .success(let configuration) = entry.configuration,
      configuration.maxRestarts == nil
    {
      if run.runner.status.eventsSeen > 0 { entries[run.name]?.backoff.reset() }
      wait = entries[run.name]?.backoff.next()
    }
    logger.error(
      "the connector failed; the others go on",
      metadata: [
        "connector": "\(run.name)", "reason": "\(safe)", "next attempt": "\(wait.map { "in \($0.seconds) s" } ?? "when it is restarted")",
      ])
    if let wait { orders.yield(.retry(name: run.name, revision: run.revision, wait: wait)) }
  }

  private func retry(_ name: String, revision: Int) {
    guard isRunning, entries[name]?.revision == revision, case .failed = entries[name]?.outcome else { return }
    entries[name]?.outcome = nil
    reconcile(name)
  }

  private static func safe(_ error: any Error) -> CaptureError { error as? CaptureError ?? .failed("\(error)") }

  /// Takes the next step towards what is wanted of a connector.
  func reconcile(_ name: String) {
    guard isRunning else { return }
    let entry = entries[name]
    if let run = runs[name] {
      guard let entry, entry.shouldRun, entry.revision == run.revision else { return stop(run) }
      let isPaused = entry.definition.target == .paused
      if isPaused != run.runner.status.isPaused { isPaused ? run.runner.pause() : run.runner.resume() }
      return
    }
    guard let entry, entry.shouldRun, case .success(let configuration) = entry.configuration else { return }
    do {
      let runner = try factory.parts(configuration, topics: entry.topics).runner
      if entry.definition.target == .paused { runner.pause() }
      let run = ConnectorRun(name: name, revision: entry.revision, runner: runner)
      runs[name] = run
      orders.yield(.run(run))
    } catch {
      entries[name]?.outcome = .failed(Self.safe(error))
      guard options.isManaged else {
        failure = failure ?? error
        return shutdown.trigger()
      }
      logger.error("the connector cannot be started", metadata: ["connector": "\(name)", "reason": "\(Self.safe(error))"])
    }
  }

  func stop(_ run: ConnectorRun) {
    guard !run.stopping.isTriggered else { return }
    run.stopping.trigger()
    orders.yield(.stop(run))
  }

  func noteChange(_ name: String, isThere: Bool) { onChange(self, name, isThere) }

  // MARK: - Storing

  func save(_ definition: ConnectorDefinition) async throws {
    guard let store else { return }
    // Called here and now: the order of the requests is the order of the writes.
    try await withCheckedThrowingContinuation { continuation in store.save(definition) { continuation.resume(with: $0) } }
  }

  func removeStored(_ name: String) async throws {
    guard let store else { return }
    try await withCheckedThrowingContinuation { continuation in store.remove(name) { continuation.resume(with: $0) } }
  }
}
