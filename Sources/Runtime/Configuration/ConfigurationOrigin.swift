/// Where a configuration value came from; later cases win over earlier ones.
public enum ConfigurationOrigin: Sendable, Hashable, CustomStringConvertible {
  /// Nobody set it: the key's default.
  case byDefault
  /// A line (from 1) of the configuration file.
  case file(path: String, line: Int)
  /// An environment variable.
  case environment(name: String)
  /// A `--set key=value` flag.
  case flag

  /// For messages: `sluice.yaml:12`, `SLUICE_LOG_LEVEL`, `--set`, `default`.
  public var description: String {
    switch self {
    case .byDefault: "default"
    case .file(let path, let line): "\(path):\(line)"
    case .environment(let name): "environment variable \(name)"
    case .flag: "flag --set"
    }
  }
}
