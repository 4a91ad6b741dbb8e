import Foundation
import Logging

/// How a process logs.
public enum LoggingSetup {
  /// Makes every `Logger` of the process write lines to standard error. Call once, first thing in main: swift-log allows no second time.
  /// - Parameters:
  ///   - level: the least important level written.
  ///   - format: text, with colours when standard error is a terminal and `NO_COLOR` is not set, or JSON.
  ///   - levels: where levels are changed while the process runs.
  public static func bootstrap(level: LogLevel, format: LogFormat, levels: LogLevels? = nil) {
    let make = factory(level: level, format: format, levels: levels, stream: LogStream(descriptor: 2))
    LoggingSystem.bootstrap(make, metadataProvider: nil)
  }

  /// The handlers that ``bootstrap(level:format:)`` installs.
  static func factory(
    level: LogLevel, format: LogFormat, levels: LogLevels? = nil, stream: LogStream
  ) -> @Sendable (String, Logger.MetadataProvider?) -> any LogHandler {
    let isColored = format == .text && stream.isTerminal && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty
    return { label, provider in
      LineLogHandler(
        label: label, stream: stream, format: format, isColored: isColored, level: level.level, levels: levels,
        provider: provider)
    }
  }
}
