/// Upper bounds of histogram buckets.
public enum HistogramBuckets {
  /// For durations in seconds, 0.5 ms to a minute: fine where commit-to-visible and requests live.
  public static let seconds: [Double] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
  ]
  /// For sizes and counts: powers of four from 1 to about 17 million.
  public static let magnitudes: [Double] = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216]
}
