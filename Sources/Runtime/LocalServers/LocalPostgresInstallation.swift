internal import Foundation
internal import Logging

/// One cluster on disk with the programs and the account that run it.
struct LocalPostgresInstallation: Sendable {
  let folder: String
  private let configuration: LocalPostgresConfiguration
  private let binaries: PostgresBinaries
  private let account: SystemAccount?
  private let prefix: [String]
  private let logger: Logger

  private var data: String { folder + "/data" }
  private var logFile: String { folder + "/server.log" }
  private var passwordFile: String { folder + "/password" }

  /// Chooses account, folder and programs, and makes the folder.
  init(_ configuration: LocalPostgresConfiguration, logger: Logger) throws {
    self.configuration = configuration
    self.logger = logger
    var folder = URL(fileURLWithPath: configuration.folder).standardizedFileURL.path
    if geteuid() == 0 {
      guard configuration.account != "root", let account = SystemAccount(named: configuration.account) else {
        throw LocalPostgresError(
          "it refuses to run as root, and the account \"\(configuration.account)\" to use instead does not exist; install the package "
            + "\"postgresql\", which makes one, or run as an ordinary user")
      }
      self.account = account
      prefix = try account.prefix()
      if !account.canReach(folder + "/data") {
        let reachable = "/var/lib/sluice/\(URL(fileURLWithPath: folder).lastPathComponent)-\(Self.fingerprint(folder))"
        logger.notice(
          "the account \(account.name) cannot reach \(folder), so PostgreSQL's data is kept in \(reachable)",
          metadata: ["wanted": "\(folder)", "used": "\(reachable)"])
        folder = reachable
      }
    } else {
      account = nil
      prefix = []
    }
    self.folder = folder
    do {
      // Others may pass through the folder (the account must), but only see what is theirs.
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
    } catch {
      throw LocalPostgresError("the folder \(folder) cannot be made: \(error.localizedDescription)")
    }
    if account != nil { chmod(folder, 0o711) }
    let version = (try? String(contentsOfFile: folder + "/data/PG_VERSION", encoding: .utf8))?.trimmingCharacters(
      in: .whitespacesAndNewlines)
    binaries = try PostgresBinaries.find(named: configuration.binaries, dataVersion: version)
  }

  /// FNV-1a, in hexadecimal: the same folder finds its data again.
  private static func fingerprint(_ text: String) -> String {
    let hash = text.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return String(hash, radix: 16)
  }

  // MARK: The cluster

  /// Runs initdb where there is no cluster; gives the password, new or kept.
  func prepareCluster() async throws -> String? {
    let password = try keptPassword()
    if FileManager.default.fileExists(atPath: data + "/PG_VERSION") { return password }
    try makeOwned(data, isFolder: true)
    var words = [
      binaries.initdb, "--pgdata=\(data)", "--username=\(configuration.superuser)", "--encoding=UTF8", "--locale=C.UTF-8",
      "--no-instructions",
      "--auth=\(password == nil ? "trust" : "scram-sha-256")",
    ]
    if configuration.settings["fsync"] == "off" { words.append("--no-sync") }
    let temporary = folder + "/initdb.password"
    if let password {
      try makeOwned(temporary, isFolder: false, contents: password + "\n")
      words.append("--pwfile=\(temporary)")
    }
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    let outcome = try await run(words, timeout: configuration.startTimeout)
    guard outcome.status == 0 else {
      // A half-made cluster would look like a whole one to the next start.
      try? FileManager.default.removeItem(atPath: data)
      throw LocalPostgresError("initdb failed in \(data): \(Self.gist(of: outcome.output))")
    }
    let main = data + "/postgresql.conf"
    let text = try text(of: main) + "\n# Written anew at each start, and read last.\ninclude_if_exists = 'sluice.conf'\n"
    try write(text, to: main)
    return password
  }

  private func keptPassword() throws -> String? {
    guard configuration.authentication == .generatedPassword else { return nil }
    if let kept = try? String(contentsOfFile: passwordFile, encoding: .utf8) {
      return kept.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    if FileManager.default.fileExists(atPath: data + "/PG_VERSION") {
      throw LocalPostgresError(
        "there is a cluster in \(data) but no file \(passwordFile) with its password; restore it, or remove \(folder)")
    }
    var generator = SystemRandomNumberGenerator()
    let password = (0..<4).map { _ in String(generator.next(), radix: 36) }.joined()
    guard FileManager.default.createFile(atPath: passwordFile, contents: Data(password.utf8), attributes: [.posixPermissions: 0o600]) else {
      throw LocalPostgresError("\(passwordFile) cannot be written; check the folder's permissions")
    }
    return password
  }

  /// Loopback only, no Unix socket (their paths have a limit of 107 bytes), then what the configuration says.
  func writeSettings(port: Int) throws {
    var settings = configuration.settings
    settings["port"] = String(port)
    settings["listen_addresses"] = "127.0.0.1"
    settings["unix_socket_directories"] = ""
    var text = "# Written by sluice at each start.\n"
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }) else {
        throw LocalPostgresError("\"\(name)\" is not the name of a server setting")
      }
      text += "\(name) = '\(value.replacingOccurrences(of: "'", with: "''"))'\n"
    }
    try write(text, to: data + "/sluice.conf")
  }

  private func text(of path: String) throws -> String {
    do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw LocalPostgresError("\(path) cannot be read: \(error.localizedDescription)")
    }
  }

  private func write(_ text: String, to path: String) throws {
    if FileManager.default.fileExists(atPath: path) {
      do {
        // In place: the file keeps its owner and mode.
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
      } catch {
        throw LocalPostgresError("\(path) cannot be written: \(error.localizedDescription)")
      }
    } else {
      try makeOwned(path, isFolder: false, contents: text)
    }
  }

  /// Makes a file (0600) or folder (0700) that belongs to the server's account.
  private func makeOwned(_ path: String, isFolder: Bool, contents: String = "") throws {
    let made =
      isFolder
      ? (try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]))
        != nil
      : FileManager.default.createFile(atPath: path, contents: Data(contents.utf8), attributes: [.posixPermissions: 0o600])
    guard made else { throw LocalPostgresError("\(path) cannot be made; check the folder's permissions") }
    if let account, chown(path, account.userID, account.groupID) != 0 {
      throw LocalPostgresError("\(path) cannot be given to \(account.name): \(String(cString: strerror(errno)))")
    }
  }

  // MARK: The server

  func start() async throws {
    if !FileManager.default.fileExists(atPath: logFile) { try makeOwned(logFile, isFolder: false) }
    let logEnd = fileSize(logFile)
    let seconds = max(1, configuration.startTimeout.components.seconds)
    let outcome = try await run(
      [binaries.control, "start", "-D", data, "-l", logFile, "-w", "-t", String(seconds), "-s"], timeout: .seconds(seconds + 10))
    guard outcome.status == 0 else {
      _ = try? await run([binaries.control, "stop", "-D", data, "-m", "immediate", "-s"], timeout: .seconds(10))
      let log = Self.gist(of: tail(from: logEnd))
      throw LocalPostgresError("it did not start: \(log.isEmpty ? Self.gist(of: outcome.output) : log) (log: \(logFile))")
    }
  }

  func stop(_ mode: LocalPostgres.StopMode, timeout: Duration) async throws {
    guard try await isRunning() else { return }
    let seconds = max(1, timeout.components.seconds)
    var outcome = try await run(
      [binaries.control, "stop", "-D", data, "-m", mode.rawValue, "-w", "-t", String(seconds), "-s"], timeout: .seconds(seconds + 10))
    if outcome.status != 0, mode == .fast {
      logger.warning(
        "PostgreSQL did not stop in time and is stopped the hard way; the next start recovers", metadata: ["folder": "\(folder)"])
      outcome = try await run([binaries.control, "stop", "-D", data, "-m", "immediate", "-w", "-t", "10", "-s"], timeout: .seconds(20))
    }
    if outcome.status != 0, try await isRunning() {
      throw LocalPostgresError("it did not stop within \(timeout): \(Self.gist(of: outcome.output)) (log: \(logFile))")
    }
  }

  /// A server of an earlier run that was killed before it could stop it.
  func stopLeftover() async throws {
    guard try await isRunning() else { return }
    logger.notice("a PostgreSQL that an earlier run left behind is stopped first", metadata: ["folder": "\(folder)"])
    try await stop(.fast, timeout: .seconds(30))
  }

  func isRunning() async throws -> Bool {
    try await run([binaries.control, "status", "-D", data], timeout: .seconds(10)).status == 0
  }

  /// Stops the server, and removes the folder where that is wanted, when this process has ended.
  func watcher() throws -> ProcessWatcher {
    let stop = "\"$@\" >/dev/null 2>&1; \(configuration.removesFolder ? "rm -rf -- \"$folder\";" : "")"
    // A process that was killed can have left initdb or a starting server behind, which the first round misses.
    return try ProcessWatcher(
      script: "folder=$1; shift; \(stop) if [ \"$word\" != fired ]; then sleep 3; \(stop) fi; exit 0",
      arguments: [folder] + prefix + [binaries.control, "stop", "-D", data, "-m", configuration.removesFolder ? "immediate" : "fast", "-s"])
  }

  private func run(_ words: [String], timeout: Duration) async throws -> LocalCommand.Outcome {
    try await LocalCommand(words: prefix + words, timeout: timeout).run()
  }

  // MARK: Messages

  private func fileSize(_ path: String) -> UInt64 {
    ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.uint64Value ?? 0
  }

  private func tail(from offset: UInt64) -> String {
    guard let handle = FileHandle(forReadingAtPath: logFile) else { return "" }
    defer { try? handle.close() }
    try? handle.seek(toOffset: offset)
    return String(decoding: (try? handle.readToEnd()).flatMap { $0 } ?? Data(), as: UTF8.self)
  }

  /// What matters of several lines of output, in one: the errors, or else the last line.
  static func gist(of output: String) -> String {
    let lines = output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    let errors = lines.filter { line in
      ["FATAL:", "PANIC:", "ERROR:", "error:", "could not", "invalid", "unrecognized"].contains { line.contains($0) }
    }
    let chosen = errors.isEmpty ? lines.suffix(1) : errors.prefix(3)
    return chosen.joined(separator: "; ")
  }
}
