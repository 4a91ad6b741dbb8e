import Foundation
import Logging
import Postgres
import Runtime

/// The installation that the demo starts for itself: `sluice up` as a child, on free ports, in an empty data folder.
struct DemoInstallation: Sendable {
  let folder: UpFolder
  let command: String
  let query: String
  let syncer: String
  private let up: ManagedProcess
  private let log: URL

  init(folder path: String) throws {
    folder = UpFolder(path: path)
    if let other = RunningInstallation.read(folder.running), other.isAlive {
      throw SupervisorError("a demo runs in \(path) already (process \(other.processID))")
    }
    try? FileManager.default.removeItem(at: folder.root)
    try folder.create()
    var addresses: [String] = []
    for _ in 0..<5 { addresses.append("127.0.0.1:\(try LoopbackPort.free())") }
    (command, query, syncer) = (addresses[0], addresses[1], addresses[3])
    let settings = [
      "up.data_folder=\(folder.root.path)", "up.postgres_port=0", "command.listen=\(addresses[0])", "query.listen=\(addresses[1])",
      "capture.listen=\(addresses[2])", "syncer.listen=\(addresses[3])", "broker.http_listen=\(addresses[4])", "up.broker_port=0",
      "up.partitions=12",
      "up.topics=\(DemoPgbench.topics.joined(separator: ","))",
    ]
    log = folder.logs.appendingPathComponent("up.log")
    up = ManagedProcess(
      name: "up", executable: Self.executable, arguments: ["up"] + settings.flatMap { ["--set", $0] }, logFile: log)
  }

  static let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()

  /// Starts it and waits until everything is ready.
  func start(progress: (String) -> Void) async throws -> RunningInstallation {
    try up.start()
    let begin = ContinuousClock.now
    while true {
      try Task.checkCancellation()
      if let running = RunningInstallation.read(folder.running), running.isAlive { return running }
      if let exit = up.exit { throw SupervisorError("sluice up ended (\(exit)): \(lastLine)") }
      guard begin.duration(to: .now) < .seconds(120) else { throw SupervisorError("sluice up was not ready after 120 s: \(lastLine)") }
      progress("starting: \(lastLine)")
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Stops it in order, whatever became of the caller's task.
  func stop() async {
    let up = self.up
    await Task { _ = await up.stop(within: .seconds(90)) }.value
  }

  /// A connection's configuration to one of the two databases, as the daemons have it.
  func database(_ name: String, _ running: RunningInstallation) throws -> ConnectionConfiguration {
    let password = try String(contentsOf: folder.postgres.appendingPathComponent("password"), encoding: .utf8)
    return ConnectionConfiguration(
      host: running.postgresHost, port: running.postgresPort, user: running.postgresUser,
      password: Secret(password.trimmingCharacters(in: .whitespacesAndNewlines)), database: name)
  }

  private var lastLine: String {
    (try? String(contentsOf: log, encoding: .utf8))?.split(separator: "\n").last.map(String.init) ?? "its log is \(log.path)"
  }
}
