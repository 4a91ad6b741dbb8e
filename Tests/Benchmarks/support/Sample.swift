import Foundation

/// One run of a program: the seconds that it says its loop took, and the CPU time that all of it took, which says more where the
/// machine has other things to do.
public struct Sample {
  /// What it printed.
  public let seconds: Double
  /// User and system time of the whole process.
  public let cpuSeconds: Double

  /// Runs the program to its end.
  public init(_ program: URL, _ arguments: [String]) throws {
    let before = Self.childrensCPU()
    let text = try Programs.run(program, arguments)
    guard let seconds = Double(text), seconds > 0 else { throw BenchmarkFailure("expected seconds, found \"\(text)\"") }
    self.seconds = seconds
    cpuSeconds = Self.childrensCPU() - before
  }

  private static func childrensCPU() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
  }
}
