/// Every key of `sluice.yaml`, declared once: the loader accepts these and no others, the reference prints them.
///
/// A daemon reads `configuration[Keys.Syncer.batchSize]`. Each section has a file of its own beside this one.
public enum Keys {
  /// All keys, in the order of the reference.
  public static let all: [any ConfigurationDeclaration] =
    Kafka.all + Write.all + Read.all + Command.all + Query.all + Capture.all + Syncer.all + Syncer.Lag.all + Syncer.failureKeys
    + Syncer.FanOut.all + Syncer.flow
    + Syncer.Schemas.all + Broker.all
    + Log.all
    + Metrics.all + Up.all
    + [shutdownDeadline]

  /// `shutdown_deadline`.
  public static let shutdownDeadline = ConfigurationKey<Duration>(
    "shutdown_deadline", .duration(.seconds(1)...(.seconds(600))), default: .seconds(20),
    """
    How long a daemon may take to stop in order after SIGTERM or SIGINT. What is not finished then is dropped; nothing is lost by \
    that, it is done again after the next start. Keep it shorter than systemd's TimeoutStopSec or Kubernetes' grace period.
    """)
}
