/// What a `sluice` process tells its caller when it ends. The numbers 64 and 78 are those of BSD's `sysexits.h`.
public enum ExitCode: Int32, Sendable, CaseIterable {
  /// Everything asked for was done.
  case ok = 0
  /// The work failed; the log's last error says why.
  case failed = 1
  /// A check ran to its end and found a difference.
  case difference = 2
  /// Wrong command line.
  case usage = 64
  /// Wrong configuration: a file, an environment variable or a flag.
  case configuration = 78
}
