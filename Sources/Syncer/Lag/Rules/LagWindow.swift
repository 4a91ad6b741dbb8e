/// The last commits of a partition and the ends that it had lately: what ``LagRules`` judges. Pure: time is told.
public struct LagWindow: Sendable {
  /// How many commits a window holds. As in Burrow.
  public static let defaultCapacity = 10

  private let capacity: Int
  private let spacing: Int64
  private let minimumSilence: Int64
  private var commits: [LagSample] = []
  private var ends: [(time: Int64, end: Int64)] = []

  /// An empty window.
  ///
  /// - Parameters:
  ///   - capacity: how many commits it holds. Default 10.
  ///   - spacing: commits that follow each other within this, in ms, are one, the later. Default 0: each counts. A consumer that commits
  ///     several times a second would be judged by the last second alone.
  ///   - minimumSilence: a shorter silence than this, in ms, is no stop: a window that is nearly empty spans next to nothing. Default 0.
  public init(capacity: Int = defaultCapacity, spacing: Int64 = 0, minimumSilence: Int64 = 0) {
    self.capacity = max(capacity, 2)
    self.spacing = spacing
    self.minimumSilence = minimumSilence
  }

  /// An empty window of ten commits that spans at least `duration` once it is full. Half of that is the shortest silence that is a stop.
  public init(spanning duration: Duration) {
    let milliseconds = max(duration / .milliseconds(1), 1)
    self.init(spacing: Int64(milliseconds / Double(Self.defaultCapacity)), minimumSilence: Int64(milliseconds / 2))
  }

  /// An offset was committed.
  public mutating func committed(_ sample: LagSample) {
    // Neither a rewind nor a moment without lag is merged away.
    if let last = commits.last, commits.count > 1, sample.offset >= last.offset, sample.time - commits[commits.count - 2].time < spacing {
      let lag = [last.lag, sample.lag].compactMap { $0 }.min()
      commits[commits.count - 1] = LagSample(offset: sample.offset, time: sample.time, lag: lag)
    } else {
      commits.append(sample)
    }
    if commits.count > capacity { commits.removeFirst() }
  }

  /// The partition ends there.
  public mutating func observed(end: Int64, now: Int64) {
    if let last = ends.last, now - last.time < spacing { return }
    ends.append((now, end))
    if ends.count > capacity { ends.removeFirst() }
  }

  /// Forgets everything.
  public mutating func reset() {
    commits = []
    ends = []
  }

  /// How full the window is, from 0 to 1. Below 1 the status is that of a short memory.
  public var complete: Double { Double(commits.count) / Double(capacity) }

  /// The last commit.
  public var last: LagSample? { commits.last }

  /// What the rules say now. Whether a consumer stands still, or never catches up, is told only by a window that is full.
  public func status(lag: Int64, now: Int64) -> LagStatus {
    let status = LagRules.status(commits: commits, recentEnds: ends.map(\.end), lag: lag, now: now, minimumSilence: minimumSilence)
    return complete < 1 && (status == .stall || status == .warn) ? .ok : status
  }
}
