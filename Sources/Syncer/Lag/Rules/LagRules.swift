/// Burrow's rules: what the last commits of a partition say about its consumer, without a threshold for lag. Pure.
///
/// In this order, the first that applies: no lag now is OK; no commit for longer than the window spans, though there was something to
/// commit, is STOP; an offset that went back and has not returned is REWIND; lag that was zero anywhere in the window is OK; offsets that do
/// not move are STALL; lag that never shrinks is WARN; all else is OK.
///
/// A rewind is judged before zero lag, and each rewind by itself: a consumer that is thrown back to the beginning had no lag just before, and
/// would be OK until that has left the window, and OK again from then on, as it makes progress. (Burrow's pull request 716; it still
/// judges only the first rewind of a window.)
///
/// Source: https://github.com/linkedin/Burrow/wiki/Consumer-Lag-Evaluation-Rules and `core/internal/evaluator/caching.go` there.
public enum LagRules {
  /// The status of one partition.
  ///
  /// - Parameters:
  ///   - commits: the last ones, oldest first.
  ///   - recentEnds: where the partition ended at the last looks, in any order: a record that came a moment ago stops nobody.
  ///   - lag: records behind now.
  ///   - now: ms since 1970.
  ///   - allowedLag: as many records behind count as none. Default 0.
  ///   - minimumSilence: a shorter silence than this, in ms, is no stop, however short the window is. Default 0.
  public static func status(
    commits: [LagSample], recentEnds: [Int64], lag: Int64, now: Int64, allowedLag: Int64 = 0, minimumSilence: Int64 = 0
  ) -> LagStatus {
    guard lag > allowedLag, let first = commits.first, let last = commits.last else { return .ok }
    let silence = now - last.time
    if silence > last.time - first.time, silence >= minimumSilence, !recentEnds.contains(where: { $0 <= last.offset }) { return .stop }
    if hasRewound(commits) { return .rewind }
    let lags = commits.compactMap(\.lag)
    if lags.contains(where: { $0 <= allowedLag }) { return .ok }
    // One commit says nothing of what moves and what does not.
    guard commits.count > 1 else { return .ok }
    if commits.allSatisfy({ $0.offset == first.offset }) { return .stall }
    return zip(lags, lags.dropFirst()).contains { $1 < $0 } ? .ok : .warn
  }

  /// Whether an offset is lower than the one before it, and none since has come back to that.
  static func hasRewound(_ commits: [LagSample]) -> Bool {
    commits.indices.dropFirst().contains { index in
      let before = commits[index - 1].offset
      return commits[index].offset < before && !commits[index...].contains { $0.offset >= before }
    }
  }
}
