internal import Synchronization

/// The mirrors as they are now: shared by all that write and read them, changed while a syncer runs by ``MirrorEvolution``.
final class LiveMirrors: Sendable {
  private struct State {
    var tables: [MirrorTable]
    var refused: [String: String] = [:]
    var version = 0
    /// Mismatches that were looked into in vain, and until when they are not looked into again.
    var futile: [String: ContinuousClock.Instant] = [:]
  }

  private let state: Mutex<State>

  init(_ tables: [MirrorTable]) { state = Mutex(State(tables: tables)) }

  /// The tables, always in one order: the number of a table never changes.
  var tables: [MirrorTable] { state.withLock { $0.tables } }

  /// Why nothing can be written to mirrors, by their names.
  var refusals: [String: String] { state.withLock { $0.refused } }

  /// Grows with each change.
  var version: Int { state.withLock { $0.version } }

  func replace(_ table: MirrorTable) {
    state.withLock { state in
      state.version += 1
      guard let index = state.tables.firstIndex(where: { $0.definition.mirrorName == table.definition.mirrorName }) else { return }
      state.tables[index] = table
      state.futile = [:]
    }
  }

  /// How long something that was not found is not looked for again, and how many such things are remembered.
  private static let patience: (time: Duration, count: Int) = (.seconds(10), 1000)

  /// Whether a look at the source's catalogue has not helped a moment ago: malformed records do not cause a look each.
  func isFutile(_ mismatch: MirrorMismatch) -> Bool { isFutile(Self.name(mismatch)) }

  func isFutile(_ name: String) -> Bool { state.withLock { state in state.futile[name].map { $0 > .now } ?? false } }

  func giveUp(_ mismatch: MirrorMismatch) { giveUp(Self.name(mismatch)) }

  func giveUp(_ name: String) {
    state.withLock { state in
      if state.futile.count >= Self.patience.count { state.futile = state.futile.filter { $0.value > .now } }
      if state.futile.count < Self.patience.count { state.futile[name] = .now + Self.patience.time }
    }
  }

  private static func name(_ mismatch: MirrorMismatch) -> String { "\(mismatch.mirror).\(mismatch.column)" }

  func refuse(_ mirror: String, _ reason: String?) {
    state.withLock { state in
      guard state.refused[mirror] != reason else { return }
      state.refused[mirror] = reason
      state.version += 1
    }
  }
}
