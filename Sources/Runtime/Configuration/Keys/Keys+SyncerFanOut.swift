extension Keys.Syncer {
  /// `syncer.fan_out.*`: changes that touch many documents.
  public enum FanOut {
    /// `syncer.fan_out.threshold`.
    public static let threshold = ConfigurationKey<Int>(
      "syncer.fan_out.threshold", .integer(1...1_000_000), default: 500,
      """
      The most documents that one rule reaches within a batch (a brand is renamed, its products' documents follow). What reaches more is \
      finished behind the batch, in steps of their own transactions, while other keys go on.
      """)
    /// `syncer.fan_out.step_duration`.
    public static let stepDuration = ConfigurationKey<Duration>(
      "syncer.fan_out.step_duration", .duration(.milliseconds(1)...(.seconds(10))), default: .milliseconds(100),
      "How long a step of such a fan-out should take: the number of its documents follows from it. Other changes of just these wait as long."
    )

    static let all: [any ConfigurationDeclaration] = [threshold, stepDuration]
  }
}
