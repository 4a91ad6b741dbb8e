/// The names of this module's metrics.
public enum CommandMetrics {
  /// Counter: commands by `command` and `outcome` (completed, replayed, rejected, conflict, invalid, notFound, …).
  public static let total = "sluice_commands_total"
  /// Timer: from submission to the answer, by `command`.
  public static let duration = "sluice_command_duration_seconds"
}
