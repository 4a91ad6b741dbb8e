import Postgres
import Runtime

/// `sluice syncer` working off topics that are filled already, until all records of them are applied or set aside.
public struct SyncerRun: Sendable {
  /// Also the name of its log.
  public var name: String
  /// The consumer group: a new one begins with the first record.
  public var group: String
  /// Connector files.
  public var mirrors: [String]
  /// Topics.
  public var topics: [String]
  /// `key=value`, as `--set` takes them.
  public var settings: [String]

  /// What was seen of it.
  public struct Result: Sendable {
    /// Records a second, from the first committed batch that could be seen to the last.
    public var rate: Double
    /// The most memory resident, bytes.
    public var peakMemory: Int
    /// CPU seconds.
    public var processorTime: Double
  }

  /// Describes a run.
  public init(name: String, group: String, mirrors: [String], topics: [String], settings: [String] = []) {
    self.name = name
    self.group = group
    self.mirrors = mirrors
    self.topics = topics
    self.settings = settings
  }

  /// The daemon, not started yet.
  public func daemon(_ bench: Workbench, listen address: String) -> ManagedProcess {
    bench.daemon(
      name, "syncer",
      mirrors.flatMap { ["--mirror", $0] } + topics.flatMap { ["--topic", $0] } + ["--group", group, "--listen", address]
        + settings.flatMap { ["--set", $0] })
  }

  /// Runs it until the offsets that it stores have moved by `records` in all, and stops it.
  ///
  /// - Parameter isSettled: Asked of the read database once they have: whether what the syncer does behind its offsets is done as well. The rate
  ///   is that of the records until then.
  public func measure(
    _ bench: Workbench, records: Int, within limit: Duration = .seconds(300),
    until isSettled: @Sendable (Connection) async throws -> Bool = { _ in true }
  ) async throws -> Result {
    let syncer = daemon(bench, listen: "127.0.0.1:\(try LoopbackPort.free())")
    return try await bench.withConnection(Workbench.readDatabase) { read in
      let offsets = StoredOffsets(read, group: group)
      let before = try await offsets.sum()
      try syncer.start()
      let rate = try await Self.rate(offsets, from: before, records, syncer, within: limit) { try await isSettled(read) }
      let process = syncer.processID ?? 0
      let result = Result(
        rate: rate, peakMemory: ProcessFigures.peakMemory(of: process), processorTime: ProcessFigures.processorTime(of: process))
      try await bench.stop(syncer)
      return result
    }
  }

  /// From the first batch that can be seen to the last. A group's first member waits for others for some seconds; that is not measured.
  private static func rate(
    _ offsets: StoredOffsets, from before: Int, _ records: Int, _ syncer: ManagedProcess, within limit: Duration,
    until isSettled: () async throws -> Bool
  ) async throws -> Double {
    var first: (time: ContinuousClock.Instant, applied: Int)?
    return try await waitFor("\(records) records applied", within: limit, every: .milliseconds(20)) { () -> Double? in
      if let exit = syncer.exit { throw BenchmarkFailure("the syncer ended: \(exit); its log is \(syncer.logFile.path)") }
      let applied = try await offsets.sum() - before
      let now = ContinuousClock.now
      guard let first else {
        if applied > 0 { first = (now, applied) }
        return nil
      }
      guard applied >= records, try await isSettled() else { return nil }
      return Double(applied - first.applied) / first.time.duration(to: .now).seconds
    }
  }
}
