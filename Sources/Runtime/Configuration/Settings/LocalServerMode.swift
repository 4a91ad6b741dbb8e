/// Whether `sluice up` starts a server of its own or uses one that runs already.
public enum LocalServerMode: String, Sendable, CaseIterable {
  case local
  case external
}
