import BenchmarkSupport
import Kafka
import Postgres

/// Knows, without asking the daemons, whether everything that was committed has been captured and applied: the slots have confirmed it, and
/// the offsets that the read database stores are the ends of all partitions.
struct AtRest: Sendable {
  let bench: Workbench
  let topics: [String]
  let group: String

  /// Records in the topics.
  func recordCount() async throws -> Int {
    var sum = 0
    for topic in topics { sum += try await bench.broker.recordCount(of: topic) }
    return sum
  }

  /// Records that were applied or passed over, as the read database has it.
  func appliedCount() async throws -> Int { try await storedOffsets().values.reduce(0) { $0 + Int($1) } }

  /// Waits until a slot is there. What an outbox has sent before that is in no stream.
  func waitForSlot(_ name: String) async throws {
    try await bench.withConnection(Workbench.writeDatabase) { connection in
      try await waitUntil("the slot \(name) is made", within: .seconds(30), every: .milliseconds(5)) {
        try await !connection.query(
          "SELECT FROM pg_replication_slots WHERE slot_name = \(name) AND confirmed_flush_lsn IS NOT NULL"
        ).isEmpty
      }
    }
  }

  /// Waits, and returns how many seconds it took. `check` is called now and then.
  func wait(_ check: () throws -> Void) async throws -> Double {
    let begin = ContinuousClock.now
    try await bench.withConnection(Workbench.writeDatabase) { write in
      let server = ServerAdministration(write)
      let target = try await server.currentPosition()
      var behind = ""
      do {
        try await waitUntil("everything captured and applied", within: .seconds(120), every: .milliseconds(250)) {
          try check()
          let slots = try await server.slots(behind: target)
          let ends = try await ends()
          let stored = try await storedOffsets()
          let partitions = ends.filter { $0.value > 0 && stored[$0.key] != $0.value }
          let lag = partitions.reduce(0) { $0 + $1.value - (stored[$1.key] ?? 0) }
          behind = "slots behind: \(slots), partitions behind: \(partitions.count) by \(lag) records"
          return slots.isEmpty && partitions.isEmpty
        }
      } catch let failure as BenchmarkFailure {
        throw BenchmarkFailure("\(failure); \(behind)", exitCode: 2)
      }
    }
    return begin.duration(to: .now).seconds
  }

  private func ends() async throws -> [TopicPartition: Int64] {
    var result: [TopicPartition: Int64] = [:]
    for topic in topics { result.merge(try await bench.broker.ends(of: topic)) { $1 } }
    return result
  }

  private func storedOffsets() async throws -> [TopicPartition: Int64] {
    try await bench.withConnection(Workbench.readDatabase) { try await StoredOffsets($0, group: group).load() }
  }
}
