import Kafka
import Postgres
import Runtime
import TestSupport
import Testing

@testable import Syncer

@Suite(.timeLimit(.minutes(2))) struct ProjectionLatencyTests {
  /// Takes every second record.
  private struct Halving: Handler {
    let name = "halving"

    func prepare(_ connection: Connection) async throws {}
    func accepts(_ record: ChangeRecord) -> Bool { record.offset.isMultiple(of: 2) }
    func apply(_ records: [ChangeRecord], in transaction: Connection) async throws {}
  }

  @Test func eachProjectionHasAHistogramOfWhatItHasTaken() async throws {
    try await Installation.with { installation in
      let prometheus = PrometheusMetrics()
      let pool = installation.pool()
      let engine = try installation.engine([CountingHandler(), Halving()], pool: pool, metrics: prometheus)
      try await installation.run(engine) {
        // Ten in each of four partitions, five of them with an even offset; a snapshot's do not count.
        try await installation.produce((0..<40).map { Records.envelope($0) })
        try await installation.produce((40..<44).map { Records.envelope($0, operation: "r") })
        try await installation.expectCounted(44)
        let labels = #"{group="\#(installation.group)",projection="#
        try await eventually("the histograms") {
          let text = prometheus.snapshot()
          return text.contains("sluice_syncer_projection_commit_to_visible_seconds_count" + labels + "\"counting\"} 40\n")
            && text.contains("sluice_syncer_projection_commit_to_visible_seconds_count" + labels + "\"halving\"} 20\n")
        }
      }
      await pool.close()
    }
  }
}
