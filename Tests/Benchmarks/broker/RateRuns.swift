import BenchmarkSupport
import Foundation

/// In, out, and the wait for an acknowledgement, of all contestants in turns, each time on an empty broker and with new clients.
struct RateRuns {
  let binary: URL
  let folder: URL
  let runs: Int
  let records: Int
  let partitions: Int

  private struct Run {
    let into: Double
    let out: Double
    let median: Double
    let late: Double
  }

  func run() async throws {
    var results: [Contestant: [Run]] = [:]
    for number in 1...runs {
      for contestant in Contestant.allCases { results[contestant, default: []].append(try await measure(contestant, number)) }
    }
    report("in", goal: 300_000, results, \.into)
    report("out", goal: 600_000, results, \.out)
    let waits = Contestant.allCases.map { contestant in
      "\(contestant.name) \(milliseconds(results, contestant, \.median)) p50, \(milliseconds(results, contestant, \.late)) p99"
    }
    Benchmark.report("broker-latency: p50 and p99 at 1000 records/s: \(waits.joined(separator: "; "))")
  }

  private func measure(_ contestant: Contestant, _ number: Int) async throws -> Run {
    let running = try await contestant.start(binary: binary, folder: folder, partitions: partitions)
    do {
      let loops = Loops(servers: running.servers, partitions: partitions, records: records)
      let before = running.processID.map(ProcessFigures.processorTime) ?? 0
      let into = try loops.produce()
      let between = running.processID.map(ProcessFigures.processorTime) ?? 0
      let out = try loops.consume(fetchWait: contestant == .mock ? 10 : 500)
      let after = running.processID.map(ProcessFigures.processorTime) ?? 0
      let wait = try Loops(servers: running.servers, partitions: partitions, records: 5000).latency()
      let processor =
        running.processID == nil
        ? "" : String(format: "; the broker's CPU %.2f s in, %.2f s out", between - before, after - between)
      Benchmark.report(
        "broker \(number), \(contestant.name): in \(Figures.rate(records, in: into.seconds)), out \(Figures.rate(records, in: out.seconds)), "
          + "latency \(Figures.milliseconds(wait.median)) p50, \(Figures.milliseconds(wait.late)) p99; the clients' CPU "
          + String(format: "%.2f s in, %.2f s out", into.cpuSeconds, out.cpuSeconds) + processor)
      try await running.stop()
      return Run(
        into: Double(records) / into.seconds, out: Double(records) / out.seconds, median: wait.median, late: wait.late)
    } catch {
      try? await running.stop()
      throw error
    }
  }

  private func report(_ name: String, goal: Double, _ results: [Contestant: [Run]], _ value: (Run) -> Double) {
    let rates = Contestant.allCases.map { Figures.median((results[$0] ?? []).map(value)) }
    Benchmark.report(
      "broker-\(name): median \(Figures.rate(rates[0]))\(rates[0] < goal ? " (goal \(Figures.rate(goal)))" : ""), ratio "
        + "\(Figures.ratio(rates[0] / rates[2])) of the mock cluster's \(Figures.rate(rates[2])); with fsync every-batch "
        + "\(Figures.rate(rates[1])), ratio \(Figures.ratio(rates[1] / rates[2]))")
  }

  private func milliseconds(_ results: [Contestant: [Run]], _ contestant: Contestant, _ value: (Run) -> Double) -> String {
    Figures.milliseconds(Figures.median((results[contestant] ?? []).map(value)))
  }
}
