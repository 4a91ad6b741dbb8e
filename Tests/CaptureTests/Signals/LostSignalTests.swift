import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Capture

/// A signal that REST sent, and a sink that fails before its effect is stored.
@Suite struct LostSignalTests {
  /// Takes nothing for a while: what is written then fails.
  private final class FailingSink: RecordSink {
    let collected = CollectingSink()
    private let failures = Mutex(0)

    func fail(_ times: Int) { failures.withLock { $0 = times } }
    var failuresLeft: Int { failures.withLock { $0 } }

    func open() async throws {}
    func abandon() async {}
    func close(deadline: Duration) async {}
    func write(_ batch: CapturedBatch) async throws -> any SinkDelivery {
      let fails = failures.withLock { left in
        defer { left = max(0, left - 1) }
        return left > 0
      }
      if fails { throw SinkError(reason: "not now", isRetriable: true) }
      return try await collected.write(batch)
    }
  }

  @Test func aSignalSurvivesAFailureOfTheSink() async throws {
    try await withTestDatabase { database in
      let run = try await IncrementalRun(database, rows: 20, ["signal.data.collection": "", "errors.max.retries": "-1"])
      let sink = FailingSink()
      let engine = run.engine(sink)
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        sink.fail(1)
        try engine.send(CaptureSignal(id: "1", type: "execute-snapshot", data: IncrementalRun.execute("public.t")))
        try await eventually(within: .seconds(30), "the rows of the incremental snapshot") {
          sink.collected.lines.count { $0.contains(#""op":"r""#) } >= 20
        }
      }
      #expect(sink.failuresLeft == 0)
      #expect(engine.status.reconnects > 0)
      await run.connection.close()
    }
  }
}
