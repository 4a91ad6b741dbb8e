import Foundation

/// The child's side of ``ManagedProcess``: a daemon that a supervisor started stops when the supervisor is gone.
public enum SupervisedChild {
  /// Set in the environment of every supervised child.
  public static let environmentKey = "SLUICE_SUPERVISED"

  /// Calls `lost` once when the supervisor's end of the standard input is closed. Returns at once; does nothing when this process was not
  /// started by a supervisor.
  public static func watch(_ lost: @escaping @Sendable () -> Void) {
    guard ProcessInfo.processInfo.environment[environmentKey] != nil else { return }
    let thread = Thread {
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || (count < 0 && errno != EINTR) { break }
      }
      lost()
    }
    thread.name = "supervisor-watch"
    thread.start()
  }
}
