extension Keys.Syncer {
  /// `syncer.projections`.
  public static let projections = ConfigurationKey<[String]>(
    "syncer.projections", .paths, default: [], defaultNote: "none; the sample shop's where its tables are mirrored",
    "Files that declare projections in YAML, or folders of them: the syncer keeps their documents, the query daemon serves them.")
}
