import BenchmarkSupport
import Kafka

/// Deliveries that were asked for, in order; every one of them must come.
struct Outstanding {
  private let who: String
  private let findings: Findings
  private let progress: ChaosProgress
  private var deliveries: [Delivery] = []

  init(_ who: String, findings: Findings, progress: ChaosProgress) {
    self.who = who
    self.findings = findings
    self.progress = progress
  }

  mutating func append(_ delivery: Delivery) { deliveries.append(delivery) }

  /// Takes note of those that have come.
  mutating func settle() async {
    let waiting = deliveries.firstIndex { !$0.isComplete } ?? deliveries.count
    for delivery in deliveries[..<waiting] {
      let report = await delivery.wait()
      progress.acknowledged(report.delivered)
      for failure in report.failures { findings.add("records that could not be written", "\(who): \(failure.error)") }
    }
    deliveries.removeSubrange(..<waiting)
  }

  /// Waits for all that is left, and closes the producer.
  mutating func finish(_ producer: Producer) async throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while !deliveries.isEmpty, ContinuousClock.now < deadline {
      await settle()
      try await pause(.milliseconds(20))
    }
    if !deliveries.isEmpty { findings.add("records never acknowledged", "\(who): \(producer.outstandingRecords)") }
    await producer.close(deadline: .seconds(10))
  }
}
