import Foundation

/// The user's editor over a file of their own.
enum DLQEditor {
  /// The text as it was left; without the line break that editors put at the end.
  static func edit(_ bytes: [UInt8]) throws -> [UInt8] {
    let environment = ProcessInfo.processInfo.environment
    guard let editor = [environment["VISUAL"], environment["EDITOR"]].compactMap(\.self).first(where: { !$0.isEmpty }) else {
      throw ToolError("neither VISUAL nor EDITOR names an editor: set one, or use --file")
    }
    // Rows may be personal: only their owner reads the file.
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-dlq-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("value.json")
    try Data(bytes).write(to: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    // EDITOR may hold arguments: the shell takes them apart, and the path is not part of what it reads.
    process.arguments = ["-c", "exec \(editor) \"$1\"", "sh", file.path]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ToolError("the editor ended with \(process.terminationStatus): nothing was changed") }
    var result = Array(try Data(contentsOf: file))
    if result.last == UInt8(ascii: "\n") { result.removeLast() }
    return result
  }
}
