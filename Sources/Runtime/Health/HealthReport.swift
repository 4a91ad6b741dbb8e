/// The answer to one of the two questions, with every check's part in it.
public struct HealthReport: Sendable, Equatable {
  /// One check's answer.
  public struct Entry: Sendable, Equatable {
    /// The check's name.
    public var name: String
    /// What it found.
    public var status: HealthStatus
    /// How long it took, in milliseconds.
    public var milliseconds: Int
  }

  /// In the order of their names.
  public var entries: [Entry]

  /// True when every check is up; also when there is none.
  public var isUp: Bool { entries.allSatisfy(\.status.isUp) }

  /// `{"status":"up","checks":[{"name":…,"status":…,"reason":…,"duration_ms":…}]}`.
  public var json: String {
    let checks = entries.map { entry in
      "{\"name\":\(JSONText.quoted(entry.name)),\"status\":\"\(entry.status.isUp ? "up" : "down")\","
        + "\"reason\":\(JSONText.quoted(entry.status.reason)),\"duration_ms\":\(entry.milliseconds)}"
    }
    return "{\"status\":\"\(isUp ? "up" : "down")\",\"checks\":[\(checks.joined(separator: ","))]}"
  }
}
