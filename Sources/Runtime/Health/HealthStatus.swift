/// What a health check found.
public enum HealthStatus: Sendable, Equatable {
  /// All is well; the reason is for people.
  case up(String)
  /// It is not; the reason says what and since when or what to do. It is shown to anybody: no SQL, no row values.
  case down(String)

  /// True when all is well.
  public var isUp: Bool { if case .up = self { true } else { false } }

  /// The words.
  public var reason: String {
    switch self {
    case .up(let reason), .down(let reason): reason
    }
  }
}
