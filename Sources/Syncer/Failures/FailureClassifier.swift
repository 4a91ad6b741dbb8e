internal import Postgres

/// Decides from an error what to do with the batch that met it. One pure function, so that its decisions can be read in one table and
/// tested in another.
public enum FailureClassifier {
  /// What `error` means. A poison's index is the one that the error carries: in ``SinkBatch/records`` for a ``SinkFailure``.
  public static func classify(_ error: any Error) -> FailureVerdict {
    switch error {
    case let failure as SinkFailure:
      return named(classify(failure.cause), handler: failure.handler, index: failure.index, reason: failure.reason)
    case let failure as RecordFailure:
      let beneath = failure.cause.map(classify)
      return named(
        beneath ?? FailureVerdict(.poison(index: failure.index), "", errorName: "RecordFailure"), handler: nil, index: failure.index,
        reason: failure.reason)
    case let error as PostgresError:
      return classify(error)
    case let unknown as CommitOutcomeUnknown:
      return FailureVerdict(
        .transient, "The connection broke while the transaction was being committed; the stored offsets will tell whether it was.",
        errorName: "CommitOutcomeUnknown", causeName: name(of: unknown.cause))
    case let conflict as OffsetConflict:
      return FailureVerdict(
        .transient, "Another member of the group has moved the stored offsets: \(conflict).", errorName: "OffsetConflict")
    case let error as PoolError:
      return FailureVerdict(.sinkDown, "There is no connection to the database: \(error); waiting.", errorName: "PoolError")
    case let late as DeadlineExceeded:
      return FailureVerdict(.transient, "A batch was not applied within \(late.limit); tried again.", errorName: "DeadlineExceeded")
    case let outdated as ReadModelOutdated:
      return FailureVerdict(.transient, "\(outdated.reason); tried again.", errorName: "ReadModelOutdated")
    case is CancellationError:
      return FailureVerdict(.transient, "The work was interrupted; tried again.", errorName: "CancellationError")
    default:
      let type = name(of: error)
      // Not the error's own text: it may quote values of the row.
      return FailureVerdict(.permanent, "The handler failed with \(type) and will do so again.", errorName: type)
    }
  }

  private static func classify(_ error: PostgresError) -> FailureVerdict {
    func verdict(_ failureClass: FailureClass, _ sentence: String) -> FailureVerdict {
      FailureVerdict(failureClass, "\(sentence) (\(error.description))", errorName: name(of: error))
    }
    switch error.origin {
    case .server:
      let rule = SQLStateRule.rule(for: error.sqlState?.rawValue ?? "")
      switch rule.kind {
      case .transient: return verdict(.transient, rule.sentence)
      case .permanent: return verdict(.permanent, rule.sentence)
      case .sinkDown: return verdict(.sinkDown, rule.sentence)
      }
    case .connection:
      let rule = error.sqlState.map { SQLStateRule.rule(for: $0.rawValue) }
      let sentence = rule.flatMap { $0.kind == .sinkDown ? $0.sentence : nil }
      return verdict(.sinkDown, sentence ?? "The database cannot be reached; connecting again until it can.")
    case .deadline:
      return error.operation == .connect
        ? verdict(.sinkDown, "The database gave no connection in time; waiting.")
        : verdict(.transient, "A statement took longer than its deadline; tried again.")
    case .abortedPipeline:
      return verdict(.transient, "An earlier statement of the same pipeline failed; tried again.")
    case .misuse:
      return verdict(.permanent, "A statement is not valid: a defect of the handler.")
    }
  }

  /// Adds what the handler said. A record that it named is at fault only where the error beneath would come again.
  private static func named(_ verdict: FailureVerdict, handler: String?, index: Int?, reason: String?) -> FailureVerdict {
    var verdict = verdict
    verdict.handler = verdict.handler ?? handler
    if let reason, !reason.isEmpty, verdict.sentence != reason {
      verdict.sentence = verdict.sentence.isEmpty ? reason : "\(reason): \(verdict.sentence)"
    }
    switch verdict.failureClass {
    case .permanent, .poison:
      if let index {
        if verdict.errorName != "RecordFailure" {
          verdict.causeName = verdict.causeName ?? verdict.errorName
          verdict.errorName = "RecordFailure"
        }
        verdict.failureClass = .poison(index: index)
      } else {
        // The index within the handler's own array says nothing about the batch.
        verdict.failureClass = .permanent
      }
    case .transient, .sinkDown:
      break
    }
    return verdict
  }

  private static func name(of error: any Error) -> String {
    if let error = error as? PostgresError { return "PostgresError" + (error.sqlState.map { ".\($0.rawValue)" } ?? "") }
    return String(describing: type(of: error))
  }
}
