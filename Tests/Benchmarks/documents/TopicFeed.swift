import BenchmarkSupport
import Postgres
import Runtime

/// The topics that capture fills, and how far it and the syncer have come.
struct TopicFeed {
  let bench: Workbench
  let topics: [String]
  let capture: ManagedProcess

  /// Records in all topics.
  func recordCount() async throws -> Int {
    var sum = 0
    for topic in topics { sum += try await bench.broker.recordCount(of: topic) }
    return sum
  }

  /// Waits until a snapshot of so many rows is in the topics.
  func waitForSnapshot(rows: Int) async throws -> Int {
    try await waitFor("\(rows) rows of the snapshot in the topics", within: .seconds(300), every: .milliseconds(200)) {
      try check()
      let count = try await recordCount()
      return count >= rows ? count : nil
    }
  }

  /// Waits until capture has confirmed all that is committed, and returns the number of records.
  func waitUntilCaptured() async throws -> Int {
    try await bench.withConnection(Workbench.writeDatabase) { write in
      let server = ServerAdministration(write)
      let target = try await server.currentPosition()
      try await waitUntil("all changes in the topics", within: .seconds(120), every: .milliseconds(100)) {
        try check()
        return try await server.slots(behind: target).isEmpty
      }
    }
    return try await recordCount()
  }

  private func check() throws {
    if let exit = capture.exit { throw BenchmarkFailure("capture ended: \(exit); its log is \(capture.logFile.path)") }
  }
}
