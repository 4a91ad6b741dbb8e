/// What a check of `sluice doctor` found.
public struct Finding: Hashable, Sendable {
  /// How bad it is.
  public enum Severity: String, Hashable, Sendable, CaseIterable {
    /// As it should be.
    case ok
    /// It works, and somebody may be surprised later.
    case warning
    /// The connector will not start, will stop, or will send what nobody wants.
    case error
    /// It could not be looked at: nothing is known.
    case unknown
  }

  /// Which check, such as `wal_level` or `replica identity`.
  public var check: String
  /// How bad it is.
  public var severity: Severity
  /// Which table, topic or slot; nil for the server as a whole.
  public var subject: String?
  /// What was found.
  public var message: String
  /// What to do; nil where nothing is to be done.
  public var advice: String?

  /// Describes a finding.
  public init(_ check: String, _ severity: Severity, subject: String? = nil, _ message: String, advice: String? = nil) {
    self.check = check
    self.severity = severity
    self.subject = subject
    self.message = message
    self.advice = advice
  }
}
