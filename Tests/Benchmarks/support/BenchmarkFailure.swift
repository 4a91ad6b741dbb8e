/// Why a benchmark could not be finished, or what it has found.
public struct BenchmarkFailure: Error, CustomStringConvertible {
  /// One line.
  public let description: String
  /// 1 failed, 2 a check found a difference.
  public let exitCode: Int32

  /// A failure that ends the program with `exitCode`.
  public init(_ description: String, exitCode: Int32 = 1) {
    self.description = description
    self.exitCode = exitCode
  }
}
