import Foundation
import Logging

/// What all logs of a broker share. Confined to the event loop.
final class LogEnvironment {
  let descriptors: DescriptorCache
  let logger: Logger
  /// Milliseconds since the Unix epoch.
  let now: () -> Int64
  /// A log has sealed a segment: time to sync it, whatever the policy, so that no recovery has to read it.
  var onRoll: (PartitionLog) -> Void = { _ in }

  var operations: FileOperations { descriptors.operations }

  init(
    descriptors: DescriptorCache = DescriptorCache(), logger: Logger = Logger(label: "sluice.broker.log"),
    now: @escaping () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) }
  ) {
    self.descriptors = descriptors
    self.logger = logger
    self.now = now
  }
}
