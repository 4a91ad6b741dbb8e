/// Why a key is parked, as operators filter for it.
public enum ParkedErrorClass: String, Hashable, Sendable, CaseIterable {
  /// It might have passed by itself (a reference that is not there yet, a lock), and the attempts were used up.
  case transient
  /// It fails each time, and the record was found by halving its batch.
  case permanent
  /// A handler named the record.
  case poison
  /// The value cannot be parsed.
  case malformed
  /// No handler takes the record, and the policy for such records is to park.
  case unknown
}

extension ParkedErrorClass {
  /// The class of a failure of which a record was found to be at fault.
  init(_ failureClass: FailureClass) {
    switch failureClass {
    case .transient, .sinkDown: self = .transient
    case .permanent: self = .permanent
    case .poison: self = .poison
    }
  }
}
