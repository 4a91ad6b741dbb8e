/// What happens to a record that no handler accepts.
public enum UnknownRecords: String, Sendable, CaseIterable {
  /// It becomes a dead letter.
  case deadletter
  /// It is passed over and counted.
  case skip
}
