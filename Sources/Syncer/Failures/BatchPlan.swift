/// Decides, step by step, how a batch gets applied when parts of it fail: retries, halving, dead letters. Pure: it is told what happened
/// and says what to do next.
///
/// The batch is a range of indices. Segments of it are applied from front to back, so that the records of a partition, and with them
/// those of a key, never overtake each other. A record that was dead-lettered, or that nobody wants, is excluded: it stays in its
/// segment, since the offset has to move past it, but it is not applied.
struct BatchPlan: Sendable {
  /// What to do next.
  enum Step: Hashable, Sendable {
    /// Apply the records of this range that are not excluded, and move the offsets past all of it.
    case apply(Range<Int>)
    /// Wait, then go on.
    case wait(Duration, FailureVerdict)
    /// Write this record to its dead-letter topic and wait for the acknowledgement.
    case deadLetter(Int, FailureVerdict)
    /// Everything is applied or dead-lettered.
    case finished
  }

  private struct Segment: Sendable {
    var range: Range<Int>
    var attempts = 0
    /// Whether it is a part of a batch that used up its attempts or failed for good.
    var isIsolating = false
    /// A record that is to be dead-lettered before the segment is applied; no record before it is left to apply.
    var condemned: (index: Int, verdict: FailureVerdict)?
  }

  /// Those that are not applied: unwanted, malformed, or dead-lettered by this plan.
  private(set) var excluded: Set<Int>
  /// How often something was tried again.
  private(set) var retries = 0

  /// Last one first.
  private var segments: [Segment]
  private var outages = 0
  private var waiting: (Duration, FailureVerdict)?
  private let retry: RetryPolicy
  private let isolation: RetryPolicy
  private let sinkRetry: RetryPolicy

  /// - Parameters:
  ///   - retry: for transient failures of the whole batch.
  ///   - isolation: for transient failures of its parts, once it was halved. Fewer attempts, as there are many parts.
  ///   - sinkRetry: while the sink is down; its number of attempts is ignored.
  init(count: Int, excluded: Set<Int>, retry: RetryPolicy, isolation: RetryPolicy, sinkRetry: RetryPolicy) {
    self.segments = count > 0 ? [Segment(range: 0..<count)] : []
    self.excluded = excluded
    self.retry = retry
    self.isolation = isolation
    self.sinkRetry = sinkRetry
  }

  /// What to do now.
  var step: Step {
    if let (delay, verdict) = waiting { return .wait(delay, verdict) }
    guard let segment = segments.last else { return .finished }
    if let condemned = segment.condemned { return .deadLetter(condemned.index, condemned.verdict) }
    return .apply(segment.range)
  }

  /// Whether the sink was down at the last try.
  var isSinkDown: Bool { outages > 0 }

  /// The wait that ``step`` asked for is over.
  mutating func waited() {
    waiting = nil
  }

  /// The segment that ``step`` named was applied.
  mutating func succeeded() {
    outages = 0
    if !segments.isEmpty { segments.removeLast() }
  }

  /// The dead letter that ``step`` asked for was acknowledged.
  mutating func deadLettered() {
    guard var segment = segments.popLast() else { return }
    if let condemned = segment.condemned { excluded.insert(condemned.index) }
    segment.condemned = nil
    // A segment without records to apply costs no transaction of its own: the one behind it moves the offset past it.
    if liveIndices(segment.range).isEmpty, var next = segments.popLast() {
      next.range = segment.range.lowerBound..<next.range.upperBound
      segment = next
    }
    segments.append(segment)
  }

  /// The segment that ``step`` named failed.
  ///
  /// - Parameters:
  ///   - verdict: a poison's index is the batch's.
  ///   - random: uniformly from 0 up to 1, for the jitter.
  mutating func failed(_ verdict: FailureVerdict, random: Double) {
    guard var segment = segments.popLast() else { return }
    if verdict.failureClass != .sinkDown { outages = 0 }
    switch verdict.failureClass {
    case .sinkDown:
      segments.append(segment)
      waitForSink(verdict, random: random)
    case .transient:
      segment.attempts += 1
      let policy = segment.isIsolating ? isolation : retry
      if policy.isExhausted(after: segment.attempts) {
        isolate(segment, verdict, random: random)
      } else {
        retries += 1
        waiting = (policy.delay(after: segment.attempts, random: random), verdict)
        segments.append(segment)
      }
    case .permanent:
      isolate(segment, verdict, random: random)
    case .poison(let index):
      if segment.range.contains(index), !excluded.contains(index) {
        condemn(index, in: segment, verdict)
      } else {
        isolate(segment, verdict, random: random)
      }
    }
  }

  /// Halves the segment, or condemns its only record.
  private mutating func isolate(_ segment: Segment, _ verdict: FailureVerdict, random: Double) {
    let live = liveIndices(segment.range)
    switch live.count {
    case 0:
      // Moving offsets alone fails: no record can be at fault, so it is the sink.
      segments.append(segment)
      waitForSink(verdict, random: random)
    case 1:
      condemn(live[0], in: segment, verdict)
    default:
      let middle = live[live.count / 2]
      segments.append(Segment(range: middle..<segment.range.upperBound, isIsolating: true))
      segments.append(Segment(range: segment.range.lowerBound..<middle, isIsolating: true))
    }
  }

  /// What stands before the record is applied first; the record is dead-lettered before what stands behind it.
  private mutating func condemn(_ index: Int, in segment: Segment, _ verdict: FailureVerdict) {
    var rest = segment
    rest.attempts = 0
    rest.condemned = (index, verdict)
    let before = segment.range.lowerBound..<index
    if liveIndices(before).isEmpty {
      segments.append(rest)
    } else {
      rest.range = index..<segment.range.upperBound
      segments.append(rest)
      segments.append(Segment(range: before, isIsolating: segment.isIsolating))
    }
  }

  private mutating func waitForSink(_ verdict: FailureVerdict, random: Double) {
    outages += 1
    waiting = (sinkRetry.delay(after: outages, random: random), verdict)
  }

  private func liveIndices(_ range: Range<Int>) -> [Int] {
    range.filter { !excluded.contains($0) }
  }
}
