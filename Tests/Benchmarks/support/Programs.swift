import Foundation

/// Programs of this package that a benchmark starts; they stand in one folder.
public enum Programs {
  /// This one.
  public static var own: URL { URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath() }
  /// The loops in C.
  public static var loops: URL { own.deletingLastPathComponent().appendingPathComponent("kafka-bench-c") }
  private static var mock: URL { own.deletingLastPathComponent().appendingPathComponent("kafka-bench") }

  /// Runs a program to its end and returns what it printed.
  public static func run(_ program: URL, _ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = program
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkFailure("\(program.lastPathComponent) \(arguments.first ?? "") ended with status \(process.terminationStatus)")
    }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Starts librdkafka's mock cluster in a process of its own; it ends when `close` is called or this process dies.
  public static func startMockCluster(topics: [(name: String, partitions: Int)]) throws -> (servers: String, close: () -> Void) {
    let process = Process()
    let output = Pipe()
    let input = Pipe()
    process.executableURL = mock
    process.arguments = ["broker"] + topics.map { "\($0.name)=\($0.partitions)" }
    process.standardOutput = output
    process.standardInput = input
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard !line.isEmpty else { throw BenchmarkFailure("the mock cluster did not start") }
    return (
      line.trimmingCharacters(in: .whitespacesAndNewlines),
      {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
      }
    )
  }
}
