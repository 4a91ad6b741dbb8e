/// Which partitions this member owns, how far each is committed, and which commits are under way. Pure: it decides, others act.
///
/// - Forward only: an offset at or below the committed one is left out.
/// - Owned only: what is not assigned now is left out and reported as lost.
/// - One request at a time: librdkafka retries a commit, and a late retry must not overtake a newer commit on its way to the group.
///   Commits that come meanwhile are joined into the next request.
struct CommitLedger {
  typealias Ticket = UInt64

  /// A commit that somebody waits for.
  struct Request {
    var ticket: Ticket
    var offsets: [TopicPartition: Int64]
    var outcome = CommitOutcome()
  }

  /// How the group answered, for one partition.
  typealias Result = [TopicPartition: KafkaError.Code]

  struct Resolution {
    var ticket: Ticket
    var outcome: CommitOutcome
    /// The first error that is neither success nor loss.
    var failure: KafkaError.Code?
  }

  /// What to do next: tell these, and send this if it is not nil.
  struct Step {
    var resolutions: [Resolution] = []
    var send: [TopicPartition: Int64]?
  }

  /// Owned partitions and the next offset the group has for each; nil where it is not known.
  private(set) var owned: [TopicPartition: Int64?] = [:]
  private var inFlight: [Request] = []
  private var waiting: [Request] = []

  /// Partitions came, with what the group has committed for them where that is known.
  mutating func assign(_ partitions: [TopicPartition], committed: [TopicPartition: Int64]) {
    for partition in partitions { owned[partition] = .some(committed[partition]) }
  }

  mutating func revoke(_ partitions: [TopicPartition]) {
    for partition in partitions { owned[partition] = nil }
  }

  mutating func revokeAll() {
    owned = [:]
  }

  /// Somebody wants to commit.
  mutating func commit(_ offsets: [TopicPartition: Int64], ticket: Ticket) -> Step {
    waiting.append(Request(ticket: ticket, offsets: offsets))
    return inFlight.isEmpty ? next() : Step()
  }

  /// The request under way was answered.
  /// - Parameters:
  ///   - failure: the answer as a whole, where it failed as a whole.
  ///   - results: the answer for each partition otherwise.
  mutating func answered(failure: KafkaError.Code?, results: Result) -> Step {
    let answered = inFlight
    inFlight = []
    var resolutions: [Resolution] = []
    for request in answered {
      var resolution = Resolution(ticket: request.ticket, outcome: request.outcome)
      for (partition, offset) in request.offsets {
        // A partial answer has codes of its own for each partition.
        let code = failure.flatMap { $0 == .partial ? nil : $0 } ?? results[partition] ?? .noOffset
        if code == .noError {
          resolution.outcome.committed[partition] = offset
          if let known = owned[partition], known ?? -1 < offset { owned[partition] = .some(offset) }
        } else if code.meansOwnershipLost {
          resolution.outcome.lost.insert(partition)
        } else if resolution.failure == nil {
          resolution.failure = code
        }
      }
      resolutions.append(resolution)
    }
    var step = next()
    step.resolutions = resolutions + step.resolutions
    return step
  }

  /// Joins what waits into one request; what has nothing to send is resolved at once.
  private mutating func next() -> Step {
    var step = Step()
    var joined: [TopicPartition: Int64] = [:]
    for var request in waiting {
      for (partition, offset) in request.offsets {
        switch owned[partition] {
        case nil:
          request.outcome.lost.insert(partition)
        case .some(let committed) where offset <= committed ?? -1:
          request.outcome.unchanged.insert(partition)
        case .some:
          joined[partition] = max(offset, joined[partition] ?? 0)
          continue
        }
        request.offsets[partition] = nil
      }
      if request.offsets.isEmpty {
        step.resolutions.append(Resolution(ticket: request.ticket, outcome: request.outcome, failure: nil))
      } else {
        inFlight.append(request)
      }
    }
    waiting = []
    if !joined.isEmpty { step.send = joined }
    return step
  }
}
