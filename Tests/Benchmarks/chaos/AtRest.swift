import BenchmarkSupport
import Kafka
import Postgres

/// Knows, without asking the daemons, whether everything that was committed has been captured and applied: the slots have confirmed it, and
/// the offsets that the read database stores are the ends of all partitions.
struct AtRest: Sendable {
  let stage: Stage
  /// The groups, and which topics each of them reads.
  let groups: [String: [String]]

  /// Waits until a slot is there. What an outbox has sent before that is in no stream.
  func waitForSlot(_ name: String) async throws {
    try await stage.with(try await stage.writeConnection()) { connection in
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
    var behind = ""
    var nextNote = ContinuousClock.now + .seconds(4)
    try await stage.with(try await stage.writeConnection()) { write in
      let server = ServerAdministration(write)
      let target = try await server.currentPosition()
      try await stage.with(try await stage.readConnection()) { read in
        do {
          try await waitUntil("everything captured and applied", within: .seconds(120), every: .milliseconds(100)) {
            try check()
            if ContinuousClock.now > nextNote {
              Benchmark.say("  still not at rest: \(behind)")
              nextNote = .now + .seconds(4)
            }
            let slots = try await server.slots(behind: target)
            guard slots.isEmpty else {
              // A server that is idle tells nobody that it is: a transaction without changes makes it look again.
              _ = try await write.query("SELECT pg_current_xact_id()")
              behind = "slots behind: \(slots)"
              return false
            }
            let ends = try await stage.ends()
            var lag: [String] = []
            for (group, topics) in groups {
              let stored = try await StoredOffsets(read, group: group).load()
              for (partition, end) in ends where end > 0 && topics.contains(partition.topic) && stored[partition] != end {
                lag.append("\(group) \(partition.topic)[\(partition.partition)] at \(stored[partition] ?? 0) of \(end)")
              }
            }
            behind = "\(lag.count) partitions behind: \(lag.sorted().prefix(5).joined(separator: "; "))"
            return lag.isEmpty
          }
        } catch let failure as BenchmarkFailure {
          throw BenchmarkFailure("\(failure); \(behind)", exitCode: 2)
        }
      }
    }
    return begin.duration(to: .now).seconds
  }
}
