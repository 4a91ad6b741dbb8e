import BenchmarkSupport
import Foundation
import Kafka
import Logging
import Postgres
import Runtime

/// `sluice capture` at a steady load of single-row transactions, and a consumer that reads its topic.
///
/// A change's time runs from the moment at which its writer knows that it is committed to the one at which the consumer has the record.
struct DeliveryBenchmark {
  var changesPerSecond = 2000
  var seconds = 10
  var runs = 3
  private let warmUp = 2
  private let writers = 4
  private let rows = 2000
  private let partitions = 12
  private let connector = BenchmarkConnector(name: "bench_delivery", tables: ["public.pulse"], settings: ["snapshot.mode": "no_data"])

  func run() async throws {
    let topic = connector.topic("pulse")
    try await Workbench.with(topics: [topic], partitions: partitions) { bench in
      Benchmark.report(
        "delivery-bench: \(changesPerSecond) changes/s for \(seconds) s, a transaction each; broker: \(bench.broker.description)")
      try await bench.withConnection(Workbench.writeDatabase) { try await PulseTable($0).create(rows: rows) }
      let address = "127.0.0.1:\(try LoopbackPort.free())"
      let file = try connector.write(into: bench)
      let capture = bench.daemon("capture", "capture", ["--connector", file] + bench.captureArguments(listen: address))
      try capture.start()
      try await bench.waitUntilReady(capture, DaemonProbe(address: address))
      var results: [(p50: Double, p99: Double)] = []
      for number in 1...runs {
        let latencies = try await measure(bench, topic, run: number)
        let result = (p50: Figures.quantile(0.5, of: latencies), p99: Figures.quantile(0.99, of: latencies))
        results.append(result)
        Benchmark.report(
          "delivery \(number): p50 \(Figures.milliseconds(result.p50)), p99 \(Figures.milliseconds(result.p99)), worst "
            + "\(Figures.milliseconds(latencies.max() ?? 0)) of \(latencies.count) changes")
      }
      let p99 = Figures.median(results.map(\.p99))
      let memory = ProcessFigures.peakMemory(of: capture.processID ?? 0)
      Benchmark.report(
        "delivery: p50 \(Figures.milliseconds(Figures.median(results.map(\.p50)))), p99 \(Figures.milliseconds(p99)) from commit to readable in "
          + "Kafka, medians\(p99 > 0.050 ? " (goal p99 50 ms)" : ""), peak memory \(Figures.megabytes(memory))")
      try await bench.stop(capture)
    }
  }

  /// Seconds that each change after the warm-up took.
  private func measure(_ bench: Workbench, _ topic: String, run: Int) async throws -> [Double] {
    let count = (warmUp + seconds) * changesPerSecond
    // Numbers go on from run to run, so that a record says to which it belongs.
    let base = (run - 1) * count
    let commits = CommitTimes(count: count)
    let consumer = try await consumer(bench, topic)
    let begin = ContinuousClock.now + .milliseconds(200)
    var seen = [ContinuousClock.Instant?](repeating: nil, count: count + 1)
    try await withThrowingTaskGroup(of: [ContinuousClock.Instant?]?.self) { group in
      for writer in 0..<writers {
        group.addTask {
          try await bench.withConnection(Workbench.writeDatabase) { connection in
            let table = PulseTable(connection)
            for number in stride(from: writer + 1, through: count, by: writers) {
              try await pause(until: begin + .seconds(1) * (Double(number) / Double(changesPerSecond)))
              try await table.change(row: number % rows, number: base + number)
              commits.note(number)
            }
          }
          return nil
        }
      }
      group.addTask { try await read(consumer, base: base, count: count) }
      while let part = try await group.next() { if let part { seen = part } }
    }
    await consumer.close(deadline: .seconds(10))
    let first = warmUp * changesPerSecond + 1
    return try (first...count).map { number in
      guard let committed = commits[number], let received = seen[number] else {
        throw BenchmarkFailure("change \(number) of run \(run) did not come", exitCode: 2)
      }
      return max(0, committed.duration(to: received).seconds)
    }
  }

  private func consumer(_ bench: Workbench, _ topic: String) async throws -> Consumer {
    var logger = Logger(label: "delivery-bench")
    logger.logLevel = .critical
    let consumer = try Consumer(
      configuration: ConsumerConfiguration(bootstrapServers: bench.broker.servers, groupID: nil, statisticsInterval: .zero), logger: logger)
    let all = (0..<partitions).map { TopicPartition(topic: topic, partition: Int32($0)) }
    let ends = try await consumer.watermarks(for: all, timeout: .seconds(30))
    try await consumer.assign(Dictionary(uniqueKeysWithValues: all.map { ($0, .at(ends[$0]?.high ?? 0)) }))
    return consumer
  }

  /// When each change came. Ends with the last, or after ten seconds in which none comes.
  private func read(_ consumer: Consumer, base: Int, count: Int) async throws -> [ContinuousClock.Instant?] {
    var seen = [ContinuousClock.Instant?](repeating: nil, count: count + 1)
    var left = count
    var idle = 0
    while left > 0, idle < 100 {
      guard let batch = try await consumer.nextBatch(maxWait: .milliseconds(100)) else { break }
      let now = ContinuousClock.now
      idle = batch.isEmpty ? idle + 1 : 0
      batch.forEach { record in
        guard let number = record.value.flatMap(Self.number).map({ $0 - base }), number > 0, number <= count, seen[number] == nil else {
          return
        }
        seen[number] = now
        left -= 1
      }
    }
    return seen
  }

  /// The `number` of the row after the change.
  private static func number(_ value: UnsafeRawBufferPointer) -> Int? {
    let text = String(decoding: value, as: UTF8.self)
    guard let after = text.range(of: "\"after\":{"), let name = text.range(of: "\"number\":", range: after.upperBound..<text.endIndex)
    else {
      return nil
    }
    return Int(text[name.upperBound...].prefix { $0.isNumber })
  }
}
