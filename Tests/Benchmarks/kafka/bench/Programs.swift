import Foundation

/// Programs that the benchmark starts: itself with another argument, and the loops in C.
enum Programs {
  static var own: URL { URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath() }
  static var reference: URL { own.deletingLastPathComponent().appendingPathComponent("kafka-bench-c") }

  /// Runs a program to its end and returns what it printed.
  static func run(_ program: URL, _ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = program
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkError("\(program.lastPathComponent) \(arguments.first ?? "") ended with status \(process.terminationStatus)")
    }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Starts the mock cluster in a process of its own; it ends when `close` is called or this process dies.
  static func startBroker(topics: [(name: String, partitions: Int)]) throws -> (servers: String, close: () -> Void) {
    let process = Process()
    let output = Pipe()
    let input = Pipe()
    process.executableURL = own
    process.arguments = ["broker"] + topics.map { "\($0.name)=\($0.partitions)" }
    process.standardOutput = output
    process.standardInput = input
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard !line.isEmpty else { throw BenchmarkError("the mock cluster did not start") }
    return (
      line.trimmingCharacters(in: .whitespacesAndNewlines),
      {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
      }
    )
  }
}
