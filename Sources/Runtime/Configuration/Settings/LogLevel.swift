public import Logging

/// swift-log's levels by name.
public enum LogLevel: String, Sendable, CaseIterable {
  case trace, debug, info, notice, warning, error, critical

  /// The level as swift-log has it.
  public var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}
