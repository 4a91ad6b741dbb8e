/// The two questions that an orchestrator asks.
public enum HealthAspect: String, Sendable, CaseIterable {
  /// Should this process be killed and started again? Red only when a restart could help.
  case live
  /// Should it be given work? Red also while something that it needs is away.
  case ready
}
