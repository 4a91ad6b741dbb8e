extension Keys.Syncer {
  /// `syncer.parallelism`.
  public static let parallelism = ConfigurationKey<Int>(
    "syncer.parallelism", .integer(1...64), default: 3,
    "How many transactions are under way at once, each for partitions, and on a connection, of its own.")
  /// `syncer.lanes`.
  public static let lanes = ConfigurationKey<Int>(
    "syncer.lanes", .integer(1...32), default: 1,
    "Into how many lanes the keys of one partition are divided that are applied at the same time, each on a connection of its own.")
  /// `syncer.queue_bytes`.
  public static let queueBytes = ConfigurationKey<ByteSize>(
    "syncer.queue_bytes", .byteSize(.kibibytes(256)...(.mebibytes(4096))), default: .mebibytes(16),
    "The most bytes of records that wait in memory or are being applied, roughly. Partitions that have more than their share are paused.")

  /// How much goes on at once.
  static let flow: [any ConfigurationDeclaration] = [parallelism, lanes, queueBytes]
}
