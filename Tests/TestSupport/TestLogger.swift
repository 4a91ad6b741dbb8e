internal import Foundation
public import Logging

/// A logger for tests: warnings and above on standard error, or what `SLUICE_TEST_LOG` says (`trace`, `debug`, `info`…).
public func testLogger(_ label: String = "test") -> Logger {
  let level = ProcessInfo.processInfo.environment["SLUICE_TEST_LOG"].flatMap { Logger.Level(rawValue: $0.lowercased()) } ?? .error
  var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
  logger.logLevel = level
  return logger
}
