extension Keys.Syncer {
  /// `syncer.schemas.*`: tables of the source that change while the syncer runs.
  public enum Schemas {
    /// `syncer.schemas.interval`.
    public static let interval = ConfigurationKey<Duration>(
      "syncer.schemas.interval", .duration(.seconds(1)...(.seconds(86_400))), default: .seconds(60),
      """
      How often the source's catalogue is looked at without a cause, so that mirrors follow dropped columns, and changes are found whose \
      events look as those before. An added or widened column is followed at once, with the first event that brings it.
      """)

    static let all: [any ConfigurationDeclaration] = [interval]
  }
}
