import NIOCore

/// A file with one offset, replaced in one step.
struct OffsetCheckpoint {
  /// Where deleted records end; kept durably, or a restart would bring them back.
  static let logStart = "log-start-offset-checkpoint"
  /// The log is on the disk up to here; a recovery need not look before it.
  static let recoveryPoint = "recovery-point-offset-checkpoint"

  let folder: String
  let name: String
  let operations: FileOperations

  /// Nil when there is none, or none that can be believed.
  func load() throws(LogError) -> Int64? {
    guard let bytes = try operations.contents("\(folder)/\(name)") else { return nil }
    let lines = String(buffer: bytes).split(separator: "\n", omittingEmptySubsequences: false)
    // The empty line at the end tells that nothing was cut off.
    guard lines.count == 3, lines[0] == "0", lines[2].isEmpty, let offset = Int64(lines[1]),
      (0...SegmentName.largestOffset).contains(offset)
    else { return nil }
    return offset
  }

  func store(_ offset: Int64, durably: Bool) throws(LogError) {
    try operations.replace("\(folder)/\(name)", with: ByteBuffer(string: "0\n\(offset)\n"), durably: durably, folder: folder)
  }
}
