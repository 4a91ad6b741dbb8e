import BenchmarkSupport
import Foundation

/// Memory and start with many gigabytes on disk.
struct FullDisk {
  let binary: URL
  let folder: URL
  let gigabytes: Int
  let runs: Int
  private let partitions = 4
  private let bytes = 1000

  func run() async throws {
    let broker = try BrokerProcess(binary: binary, folder: folder, topics: [Contestant.topic], partitions: partitions)
    try await broker.start()
    do {
      try await measure(broker)
    } catch {
      try? await broker.stop()
      throw error
    }
  }

  private func measure(_ broker: BrokerProcess) async throws {
    // Some more than the values' bytes, by what a record and a batch have around them.
    let records = gigabytes * 1_000_000_000 / (bytes + 8)
    let into = try loops(broker, records: records).produce()
    let full = broker.processID.map(ProcessFigures.peakMemory) ?? 0
    // From the beginning, a tenth of it.
    let out = try loops(broker, records: records / 10).consume()
    try await memory(broker, into: into, out: out, records: records, full: full)
    try await broker.stop()
    let clean = try await starts(broker) { try await broker.stop() }
    let cold = try await starts(broker) {
      try await broker.stop()
      PageCache.forget(broker.dataFolder)
    }
    let killed = try await starts(broker) {
      // Not everything is on the disk when it dies: another 100 MB have just come.
      _ = try loops(broker, records: 100_000).produce()
      try await broker.kill()
    }
    let cleanSeconds = Figures.median(clean)
    Benchmark.report(
      "broker-start: \(Figures.milliseconds(cleanSeconds)) after a clean stop\(cleanSeconds > 0.5 ? " (goal 500 ms)" : ""), "
        + "\(Figures.milliseconds(Figures.median(cold))) with nothing in the page cache, \(Figures.milliseconds(Figures.median(killed))) after "
        + "SIGKILL under load (most \(Figures.milliseconds(killed.max() ?? 0)))")
  }

  private func memory(_ broker: BrokerProcess, into: Sample, out: Sample, records: Int, full: Int) async throws {
    guard let process = broker.processID else { throw BenchmarkFailure("the broker ended; its log is \(broker.logFile.path)") }
    let peak = ProcessFigures.peakMemory(of: process)
    let onDisk = TemporaryFolder.bytes(in: broker.dataFolder)
    Benchmark.report(
      "broker-memory: \(Figures.megabytes(peak)) peak, \(Figures.megabytes(ProcessFigures.residentMemory(of: process))) now, "
        + "\(Figures.megabytes(full)) before anything was read, with \(String(format: "%.1f", Double(onDisk) / 1e9)) GB on disk"
        + "\(peak > 150 << 20 ? " (goal 150 MB)" : "")")
    Benchmark.report(
      "broker-bytes: in \(Int(Double(records * bytes) / into.seconds / 1e6)) MB/s, out "
        + "\(Int(Double(records / 10 * bytes) / out.seconds / 1e6)) MB/s, records of \(bytes) bytes")
  }

  /// Seconds from the start of the process to its first answer that it leads the topic's partitions, after it has ended like that.
  private func starts(_ broker: BrokerProcess, _ end: () async throws -> Void) async throws -> [Double] {
    var result: [Double] = []
    for _ in 0...runs {
      let begin = ContinuousClock.now
      try broker.launch()
      try await waitUntil("the broker's first answer", within: .seconds(120), every: .milliseconds(1)) {
        if let exit = broker.exit { throw BenchmarkFailure("sluice broker ended: \(exit); its log is \(broker.logFile.path)") }
        return LoopbackClient.leads(Contestant.topic, port: broker.port)
      }
      result.append(begin.duration(to: .now).seconds)
      try await end()
    }
    // Before the first one it had ended in another way.
    return Array(result.dropFirst())
  }

  private func loops(_ broker: BrokerProcess, records: Int) -> Loops {
    Loops(servers: broker.servers, partitions: partitions, records: records, bytes: bytes)
  }
}
