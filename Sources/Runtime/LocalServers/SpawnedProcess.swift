internal import Foundation

/// A child process made with `posix_spawn`.
///
/// Not Foundation's `Process`: on Linux that learns of a child's end by a socket which the child's own children inherit, so that a program which leaves
/// a server behind (as `pg_ctl start` does) seems never to end.
struct SpawnedProcess: Sendable {
  let id: pid_t

  /// - Parameters:
  ///   - input: becomes standard input; nothing when nil.
  ///   - output: becomes standard output and standard error; nothing when nil.
  ///   - environment: all of it; nil is this process's without what would mislead PostgreSQL's programs.
  ///   - inRootFolder: the child works in `/`: the caller's own folder may be one that another account cannot enter.
  ///   - leadsGroup: the child leads a process group of its own, which the terminal's Ctrl-C does not reach.
  /// - Throws: ``LocalPostgresError``.
  init(
    _ words: [String], input: Int32? = nil, output: Int32? = nil, environment: [String: String]? = nil, inRootFolder: Bool = true,
    leadsGroup: Bool = false
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    if let output {
      posix_spawn_file_actions_adddup2(&actions, output, 1)
    } else {
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // Sockets and pipes of this process are nobody else's: a server would keep them open for as long as it runs.
    for descriptor in Self.inheritable { posix_spawn_file_actions_addclose(&actions, descriptor) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Signals that this process blocks or ignores are the child's to decide anew.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let group = leadsGroup ? POSIX_SPAWN_SETPGROUP : 0
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group))

    let words = inRootFolder ? ["/bin/sh", "-c", "cd / && exec \"$@\"", "sluice"] + words : words
    let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    let environment: [UnsafeMutablePointer<CChar>?] = (environment ?? Self.environment).map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + environment).forEach { free($0) } }
    var id: pid_t = 0
    let result = posix_spawn(&id, words[0], &actions, &attributes, arguments, environment)
    guard result == 0 else { throw LocalPostgresError("\(words[0]) cannot be started: \(String(cString: strerror(result)))") }
    self.id = id
  }

  /// Blocks until it has ended, and leaves its ID to it until ``waitUntilExit()``.
  func waitForExit() {
    var information = siginfo_t()
    while waitid(P_PID, id_t(id), &information, Int32(WEXITED | WNOWAIT)) == -1 {
      guard errno == EINTR else { return }
    }
  }

  /// Blocks until it has ended: its exit status, or the negative number of the signal that ended it.
  func waitUntilExit() -> Int32 {
    var status: Int32 = 0
    while waitpid(id, &status, 0) == -1 {
      guard errno == EINTR else { return -1 }
    }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : -signal
  }

  /// Descriptors that would be passed on: those above standard error without the close-on-exec mark.
  private static var inheritable: [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return names.compactMap { Int32($0) }.filter { descriptor in
      let flags = fcntl(descriptor, F_GETFD)
      return descriptor > 2 && flags >= 0 && flags & FD_CLOEXEC == 0
    }
  }

  /// Messages in English, and none of the caller's PGDATA, PGPORT and the like.
  private static var environment: [String: String] {
    var environment = ProcessInfo.processInfo.environment.filter {
      !$0.key.hasPrefix("PG") && !$0.key.hasPrefix("LC_") && $0.key != "LANGUAGE"
    }
    environment["LC_ALL"] = "C"
    return environment
  }
}
