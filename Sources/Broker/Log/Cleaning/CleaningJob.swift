/// One log being compacted, between the event loop and the cleaner's thread.
///
/// SAFETY: `run` is touched on the cleaner's serial queue alone; everything else is immutable.
final class CleaningJob: @unchecked Sendable {
  enum Step: Sendable {
    /// To be put in place, then on with ``next(_:)``.
    case segment(CleanedSegment)
    case finished(cleanedUpTo: Int64)
    case cancelled
    case failed(String, isDiskFull: Bool)
  }

  /// How the log answered to the last segment.
  enum Answer: Sendable {
    case first
    case adopted(CleanedSegment)
    case refused
  }

  let plan: CleaningPlan
  let cancellation = CleaningCancellation()
  private var cleaner: Cleaner?

  init(plan: CleaningPlan) { self.plan = plan }

  /// The next step; on the cleaner's queue.
  func next(_ answer: Answer) -> Step {
    switch answer {
    case .first: cleaner = Cleaner(plan: plan, cancellation: cancellation)
    case .adopted(let segment):
      // What fails here is done by the next start: the commit stays.
      do { try cleaner?.conclude(segment) } catch { return failure(error) }
    case .refused:
      do { try cleaner?.abandon() } catch { return failure(error) }
      return .cancelled
    }
    do {
      if let segment = try cleaner?.next() { return .segment(segment) }
      return .finished(cleanedUpTo: cleaner?.cleanedUpTo ?? plan.firstDirtyOffset)
    } catch {
      // Also removes what was being written.
      try? cleaner?.abandon()
      if error is CleaningCancelled { return .cancelled }
      return failure(error)
    }
  }

  private func failure(_ error: any Error) -> Step {
    // ENOSPC
    .failed("\(error)", isDiskFull: (error as? LogError)?.errorNumber == 28)
  }
}
