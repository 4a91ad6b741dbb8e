import Postgres
import Testing

@testable import Capture

@Suite struct DeliveryTrackerTests {
  /// What happens to the tracker; tickets are named by their number, from 0.
  enum Step: Sendable {
    case send(completes: UInt64?, open: Bool)
    case acknowledge(Int)
    case fail(Int)
    case keepalive(UInt64)
    /// Commits without records.
    case pass(UInt64)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var steps: [Step]
    var confirmable: UInt64?
    var testDescription: String { name }
  }

  static let table: [Row] = [
    Row(name: "nothing", steps: [], confirmable: nil),
    Row(name: "sent, not acknowledged", steps: [.send(completes: 10, open: false)], confirmable: nil),
    Row(name: "acknowledged", steps: [.send(completes: 10, open: false), .acknowledge(0)], confirmable: 10),
    Row(
      name: "the second before the first", steps: [.send(completes: 10, open: false), .send(completes: 20, open: false), .acknowledge(1)],
      confirmable: nil),
    Row(
      name: "the second before the first, then the first",
      steps: [.send(completes: 10, open: false), .send(completes: 20, open: false), .acknowledge(1), .acknowledge(0)], confirmable: 20),
    Row(
      name: "inside a transaction the commit before counts",
      steps: [.send(completes: 10, open: true), .send(completes: nil, open: true), .acknowledge(0), .acknowledge(1)], confirmable: 10),
    Row(
      name: "the commit's batch waits for those of its transaction",
      steps: [.send(completes: nil, open: true), .send(completes: 30, open: false), .acknowledge(1)], confirmable: nil),
    Row(
      name: "a failure blocks what follows",
      steps: [.send(completes: 10, open: false), .send(completes: 20, open: false), .fail(0), .acknowledge(1)], confirmable: nil),
    Row(
      name: "what is before a failure counts",
      steps: [.send(completes: 10, open: false), .send(completes: 20, open: false), .fail(1), .acknowledge(0)], confirmable: 10),
    Row(name: "a repeated acknowledgement", steps: [.send(completes: 10, open: false), .acknowledge(0), .acknowledge(0)], confirmable: 10),
    Row(name: "a keepalive when idle", steps: [.keepalive(50)], confirmable: 50),
    Row(name: "a keepalive with something outstanding", steps: [.send(completes: 10, open: false), .keepalive(50)], confirmable: nil),
    Row(name: "a keepalive in a transaction", steps: [.send(completes: 10, open: true), .acknowledge(0), .keepalive(50)], confirmable: 10),
    Row(
      name: "a keepalive after the transaction",
      steps: [.send(completes: 10, open: true), .acknowledge(0), .pass(20), .keepalive(50)], confirmable: 50),
    Row(name: "an older keepalive", steps: [.send(completes: 60, open: false), .acknowledge(0), .keepalive(50)], confirmable: 60),
    Row(name: "commits without records when idle", steps: [.pass(40)], confirmable: 40),
    Row(name: "commits without records behind a batch", steps: [.send(completes: 10, open: false), .pass(40)], confirmable: nil),
    Row(
      name: "commits without records go with the batch before",
      steps: [.send(completes: 10, open: false), .pass(40), .acknowledge(0)], confirmable: 40),
    Row(
      name: "a record outside of transactions", steps: [.send(completes: nil, open: false), .keepalive(50), .acknowledge(0)],
      confirmable: nil),
    Row(
      name: "a record outside of transactions, then idle",
      steps: [.send(completes: nil, open: false), .acknowledge(0), .keepalive(50)], confirmable: 50),
  ]

  @Test(arguments: table) func confirms(_ row: Row) {
    var tracker = DeliveryTracker()
    var tickets: [DeliveryTracker.Ticket] = []
    var last: CommitPosition?
    for step in row.steps {
      switch step {
      case .send(let completes, let open):
        tickets.append(tracker.send(bytes: 100, completes: completes.map(position), insideTransaction: open))
      case .acknowledge(let i): _ = tracker.acknowledge(tickets[i])
      case .fail(let i): tracker.fail(tickets[i])
      case .keepalive(let lsn): _ = tracker.observe(serverWALEnd: LSN(rawValue: lsn))
      case .pass(let lsn): _ = tracker.pass(position(lsn), insideTransaction: false)
      }
      // Never backwards.
      if let last, let now = tracker.confirmable { #expect(last <= now) }
      last = tracker.confirmable
    }
    #expect(tracker.confirmable?.endLSN.rawValue == row.confirmable)
  }

  private func position(_ end: UInt64) -> CommitPosition { CommitPosition(commitLSN: LSN(rawValue: end - 1), endLSN: LSN(rawValue: end)) }

  /// In any order of acknowledgements the position is the end of the acknowledged prefix.
  @Test func equalsTheAcknowledgedPrefix() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let count = Int.random(in: 1...20, using: &random)
      var tracker = DeliveryTracker()
      let commits = (0..<count).map { i in Int.random(in: 0...2, using: &random) == 0 ? nil : UInt64(10 + i) }
      let tickets = commits.map { tracker.send(bytes: 1, completes: $0.map(position), insideTransaction: false) }
      var acknowledged = Array(repeating: false, count: count)
      for i in (0..<count).shuffled(using: &random).prefix(Int.random(in: 0...count, using: &random)) {
        acknowledged[i] = true
        _ = tracker.acknowledge(tickets[i])
        let prefix = acknowledged.prefix { $0 }.count
        #expect(tracker.confirmable?.endLSN.rawValue == commits.prefix(prefix).compactMap(\.self).last)
      }
      #expect(tracker.bytesInFlight == acknowledged.count { !$0 })
    }
  }
}
