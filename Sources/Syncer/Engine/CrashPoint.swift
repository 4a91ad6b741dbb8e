#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import Synchronization

/// Places at which a test kills the process with SIGKILL, to see that what it left behind is mended.
///
/// `SLUICE_CRASH_POINT=after-effect-before-commit` kills at the first passage, `SLUICE_CRASH_POINT=after-effect-before-commit:7` at
/// the seventh. Compiled into debug builds, and into others with `-DSLUICE_CRASH_POINTS`; elsewhere it is nothing at all.
enum CrashPoint: String {
  /// All handlers have run, and the transaction is about to commit.
  case afterEffectBeforeCommit = "after-effect-before-commit"
  /// The sink has committed, and Kafka does not know it yet.
  case afterCommitBeforeOffsetCommit = "after-commit-before-offset-commit"
  /// A replay is in the read database, and Kafka does not know it yet.
  case afterReplayStored = "after-replay-stored"
  /// A record that failed is dead-lettered, and its key is not parked yet.
  case afterDeadLetterBeforePark = "after-dead-letter-before-park"
  /// A key is parked, or a record put behind one, and the transaction is about to commit.
  case afterParkBeforeCommit = "after-park-before-commit"
  /// Records of a parked key's queue are applied, and the transaction is about to commit.
  case afterQueueBeforeCommit = "after-queue-before-commit"
  /// Records of a parked key's queue are applied and committed, and the syncer has not noted it yet.
  case afterQueueCommit = "after-queue-commit"
  /// A new version has caught up, the live one is held, and they are about to change places.
  case beforeVersionSwitch = "before-version-switch"
  /// A new version is live.
  case afterVersionSwitch = "after-version-switch"

  @inline(__always)
  static func reached(_ point: CrashPoint) {
    #if DEBUG || SLUICE_CRASH_POINTS
      guard let armed, armed.point == point else { return }
      if passages.add(1, ordering: .relaxed).newValue == armed.passage { kill(getpid(), SIGKILL) }
    #endif
  }

  #if DEBUG || SLUICE_CRASH_POINTS
    private static let passages = Atomic<Int>(0)

    private static let armed: (point: CrashPoint, passage: Int)? = {
      guard let setting = getenv("SLUICE_CRASH_POINT") else { return nil }
      let parts = String(cString: setting).split(separator: ":", maxSplits: 1)
      guard let name = parts.first, let point = CrashPoint(rawValue: String(name)) else { return nil }
      return (point, parts.count == 2 ? Int(parts[1]) ?? 1 : 1)
    }()
  #endif
}
