extension Keys.Syncer {
  /// `syncer.lag.*`: how lag is watched and told.
  public enum Lag {
    /// `syncer.lag.interval`.
    public static let interval = ConfigurationKey<Duration>(
      "syncer.lag.interval", .duration(.milliseconds(100)...(.seconds(300))), default: .seconds(1),
      "How often the ends of the partitions are asked for, and lag is published.")
    /// `syncer.lag.window`.
    public static let window = ConfigurationKey<Duration>(
      "syncer.lag.window", .duration(.seconds(1)...(.seconds(86_400))), default: .seconds(60),
      "Over how long a time Burrow's rules (OK, WARN, STALL, STOP, REWIND) judge a partition.")
    /// `syncer.lag.stall_after`.
    public static let stallAfter = ConfigurationKey<Duration>(
      "syncer.lag.stall_after", .duration(.seconds(1)...(.seconds(86_400))), default: .seconds(60),
      "How long there may be lag without any progress before the daemon is not ready any more, and systemd's watchdog restarts it.")
    /// `syncer.lag.cluster_name`.
    public static let clusterName = ConfigurationKey<String?>(
      "syncer.lag.cluster_name", optional: .text,
      "The label cluster_name of the metrics of lag, by which dashboards of kafka-lag-exporter tell clusters apart; unset, the cluster's ID."
    )
    /// `syncer.lag.kminion_names`.
    public static let kminionNames = ConfigurationKey<Bool>(
      "syncer.lag.kminion_names", .boolean, default: false,
      "Publish lag under the names of KMinion, too, beside those of kafka-lag-exporter.")

    static let all: [any ConfigurationDeclaration] = [interval, window, stallAfter, clusterName, kminionNames]
  }
}
