public import Kafka

/// A record that is set aside so that the others can go on, and why.
public struct DeadLetter: Sendable {
  /// Where on its way the record failed; the names are Kafka Connect's.
  public enum Stage: String, Hashable, Sendable {
    /// Its value could not be parsed.
    case valueConverter = "VALUE_CONVERTER"
    /// No handler wanted it.
    case transformation = "TRANSFORMATION"
    /// A handler could not apply it.
    case taskPut = "TASK_PUT"
  }

  /// The record as it was consumed.
  public var record: ConsumerRecord

  /// Where it failed.
  public var stage: Stage

  /// Why; no SQL and no values of rows.
  public var verdict: FailureVerdict

  /// Where it waits for its next attempt, for a record that goes to a retry topic first; nil for the dead-letter topic.
  public var retry: RetryStage?

  /// Sets `record` aside.
  public init(record: ConsumerRecord, stage: Stage, verdict: FailureVerdict, retry: RetryStage? = nil) {
    self.record = record
    self.stage = stage
    self.verdict = verdict
    self.retry = retry
  }
}
