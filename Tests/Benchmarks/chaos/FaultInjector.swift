import BenchmarkSupport
import Foundation
import Postgres

/// Makes a fault, and takes it back: when it returns, what has to run was started again.
struct FaultInjector: Sendable {
  let stage: Stage
  let capture: Daemon
  let syncer: Daemon
  /// A second member of the syncer's group, without a name of its own.
  let member: Daemon
  let handlers: Daemon
  let commands: Daemon
  let poison: PoisonClient

  /// Those that make sense now.
  var possible: [Fault] {
    Fault.allCases.filter { fault in
      switch fault {
      case .fullDisk: stage.disk != nil
      case .cutKafka: getuid() == 0
      case .addMember: !member.isWanted
      case .removeMember, .killMember: member.isWanted
      default: true
      }
    }
  }

  func inject(_ fault: Fault, _ numbers: inout SeededNumbers) async throws {
    let rest = Duration.seconds(Double.random(in: 0...0.5, using: &numbers))
    let standstill = Duration.seconds(Double.random(in: 0.5...3, using: &numbers))
    switch fault {
    case .killCapture: try await kill(capture, rest)
    case .killSyncer: try await kill(syncer, rest)
    case .killHandlers: try await kill(handlers, rest)
    case .killCommands: try await kill(commands, rest)
    case .killBroker:
      try await stage.broker.kill()
      try await pause(rest)
      try await stage.broker.start()
    case .killSource: try await stage.source.killAndRestart(after: rest)
    case .killRead: try await stage.read.killAndRestart(after: rest)
    case .restartRead: try await stage.read.restart(.fast)
    case .cutRead: try await cut(stage.readConnection(), backends: "client backend")
    case .cutSource: try await cut(stage.writeConnection(), backends: "walsender")
    case .cutKafka:
      for direction in ["dport", "sport"] { Shell.run("ss", "-K", "dst", "127.0.0.1", direction, "=", "\(stage.broker.port)") }
    case .slowRead: try await suspendRead(standstill)
    case .lockedRead: try await lockRead(standstill)
    case .slowBroker:
      guard let process = stage.broker.processID else { return }
      Foundation.kill(process, SIGSTOP)
      try await pause(standstill)
      Foundation.kill(process, SIGCONT)
    case .fullDisk:
      guard let disk = stage.disk else { return }
      disk.fill()
      try await pause(standstill)
      disk.free()
      // Without room for its log PostgreSQL stops, and does not come back by itself where it cannot recover.
      if try await stage.read.revive() { Benchmark.say("the read database had to be started again") }
    case .poison: try await poison.write(Int.random(in: 1...200, using: &numbers))
    case .addMember: try member.start()
    case .removeMember: await member.stop()
    case .killMember: try await member.kill()
    }
  }

  private func kill(_ daemon: Daemon, _ rest: Duration) async throws {
    try await daemon.kill()
    try await pause(rest)
    try daemon.start()
  }

  private func cut(_ connection: Connection, backends: String) async throws {
    _ = try await stage.with(connection) {
      try await $0.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = \(backends) AND application_name <> 'benchmark'")
    }
  }

  private func suspendRead(_ duration: Duration) async throws {
    let processes = try await stage.with(try await stage.readConnection()) { connection in
      try await connection.query(
        "SELECT pid::bigint FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
      ).map { Int32(try $0[0, as: Int64.self]) }
    }
    for process in processes { Foundation.kill(process, SIGSTOP) }
    try await pause(duration)
    for process in processes { Foundation.kill(process, SIGCONT) }
  }

  private func lockRead(_ duration: Duration) async throws {
    try await stage.with(try await stage.readConnection()) { connection in
      try await connection.transaction { transaction in
        try await transaction.execute("LOCK TABLE sluice_offsets IN ACCESS EXCLUSIVE MODE")
        try await pause(duration)
      }
    }
  }
}
