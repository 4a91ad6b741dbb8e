public import Logging
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// The levels of a process's loggers while it runs, by label: what an operator changes without a restart.
///
/// A level that was set counts for the label and for all that begin with it and a dot (`sluice` for `sluice.capture`); `root` for all.
public final class LogLevels: Sendable {
  /// A logger's level.
  public struct Entry: Sendable, Hashable {
    /// In Log4j's words: TRACE, DEBUG, INFO, WARN, ERROR, FATAL or OFF.
    public var level: String
    /// When it was set, milliseconds since 1970; nil when it is as configured.
    public var lastModified: Int64?
  }

  private struct Setting {
    var level: Logger.Level
    var name: String
    var time: Int64
  }

  private struct State {
    var known: Set<String> = []
    var settings: [String: Setting] = [:]
  }

  private let configured: Logger.Level
  private let state = Mutex(State())
  /// Spares the lock as long as nothing was set, which is nearly always.
  private let hasSettings = Atomic<Bool>(false)

  /// - Parameter configured: of loggers whose level nobody set.
  public init(configured: Logger.Level = .info) { self.configured = configured }

  /// Loggers that have been made or set, and `root`.
  public var all: [String: Entry] {
    state.withLock { state in
      var result = ["root": Entry(level: Self.word(configured), lastModified: nil)]
      for name in state.known.union(state.settings.keys) {
        let found = Self.setting(for: name, in: state.settings)
        result[name] = Entry(level: found?.name ?? Self.word(configured), lastModified: found?.time)
      }
      if let root = state.settings["root"] { result["root"] = Entry(level: root.name, lastModified: root.time) }
      return result
    }
  }

  /// Sets the level of a logger and of those below it.
  ///
  /// - Parameter word: Log4j's or swift-log's name of a level.
  /// - Returns: the loggers whose level that is, in alphabetical order; nil if there is no such level.
  public func set(_ word: String, for label: String) -> [String]? {
    guard let level = Self.level(word) else { return nil }
    let setting = Setting(level: level, name: word.uppercased(), time: Self.milliseconds())
    // A name from outside is kept: bounded.
    let changed: [String]? = state.withLock { state in
      guard state.settings.count < 1000 || state.settings[label] != nil else { return nil }
      // What was set below it gives way.
      state.settings = state.settings.filter { !Self.covers(label, $0.key) }
      state.settings[label] = setting
      return (state.known.filter { Self.covers(label, $0) } + [label]).sorted()
    }
    if changed != nil { hasSettings.store(true, ordering: .releasing) }
    return changed.map { Array(Set($0)).sorted() }
  }

  /// Notes that there is a logger of this label.
  func note(_ label: String) { state.withLock { _ = $0.known.count < 1000 ? $0.known.insert(label).inserted : false } }

  /// What was set for a label; nil leaves it as it is.
  func level(of label: String) -> Logger.Level? {
    guard hasSettings.load(ordering: .acquiring) else { return nil }
    return state.withLock { Self.setting(for: label, in: $0.settings)?.level }
  }

  private static func covers(_ parent: String, _ label: String) -> Bool {
    parent == "root" || parent == label || label.hasPrefix(parent + ".")
  }

  private static func setting(for label: String, in settings: [String: Setting]) -> Setting? {
    settings.filter { covers($0.key, label) }.max {
      ($0.key == "root" ? 0 : $0.key.utf8.count) < ($1.key == "root" ? 0 : $1.key.utf8.count)
    }?
    .value
  }

  private static func level(_ word: String) -> Logger.Level? {
    switch word.uppercased() {
    case "ALL", "TRACE": .trace
    case "DEBUG": .debug
    case "INFO": .info
    case "NOTICE": .notice
    case "WARN", "WARNING": .warning
    case "ERROR": .error
    // There is nothing quieter.
    case "FATAL", "CRITICAL", "OFF": .critical
    default: nil
    }
  }

  private static func word(_ level: Logger.Level) -> String {
    switch level {
    case .warning: "WARN"
    case .critical: "FATAL"
    default: level.rawValue.uppercased()
    }
  }

  private static func milliseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
  }
}
