import Foundation

/// What Linux knows about a process.
public enum ProcessFigures {
  /// The most memory that it has had resident, bytes (`VmHWM`); 0 where it is not known.
  public static func peakMemory(of processID: Int32) -> Int { memory("VmHWM:", of: processID) }

  /// The memory that it has resident now, bytes (`VmRSS`); 0 where it is not known.
  public static func residentMemory(of processID: Int32) -> Int { memory("VmRSS:", of: processID) }

  private static func memory(_ field: String, of processID: Int32) -> Int {
    guard let status = try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix(field) })
    else { return 0 }
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 } ?? 0
  }

  /// The CPU time that it has used, seconds, user and system together; 0 where it is not known.
  public static func processorTime(of processID: Int32) -> Double {
    // The name in parentheses may hold blanks: what follows the last parenthesis is counted from field 3.
    guard let text = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8), let end = text.lastIndex(of: ")") else {
      return 0
    }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}
