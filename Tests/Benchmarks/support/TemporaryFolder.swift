import Foundation

/// A folder for everything that one benchmark writes, below `TMPDIR`.
public enum TemporaryFolder {
  /// Makes one.
  public static func make() throws -> URL {
    let root = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    let folder = URL(fileURLWithPath: root).appendingPathComponent("sluice-bench-\(UUID().uuidString.prefix(8))")
    // PostgreSQL's account passes through it, where that is not this one.
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
    chmod(folder.path, 0o711)
    return folder
  }

  /// Runs `body` with one and removes it, unless the benchmark fails: then the logs stay.
  public static func with(_ body: (URL) async throws -> Void) async throws {
    let folder = try make()
    do {
      try await body(folder)
    } catch is CancellationError {
      try? FileManager.default.removeItem(at: folder)
      throw CancellationError()
    } catch {
      Benchmark.say("what it wrote is in \(folder.path)")
      throw error
    }
    try? FileManager.default.removeItem(at: folder)
  }

  /// Bytes of all files below a folder.
  public static func bytes(in folder: URL) -> Int {
    guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.fileSizeKey]) else { return 0 }
    return files.reduce(0) { $0 + ((($1 as? URL)?.resourceValues(.fileSizeKey)?.fileSize) ?? 0) }
  }

  /// - Throws: ``BenchmarkFailure`` where there is less room than that.
  public static func require(free bytes: Int) throws {
    let root = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    let found = try FileManager.default.attributesOfFileSystem(forPath: root)[.systemFreeSize] as? Int ?? 0
    guard found >= bytes else {
      throw BenchmarkFailure(
        "\(root) has \(found / 1_000_000_000) GB free, expected \(bytes / 1_000_000_000): name another folder in TMPDIR")
    }
  }
}

extension URL {
  fileprivate func resourceValues(_ key: URLResourceKey) -> URLResourceValues? { try? resourceValues(forKeys: [key]) }
}
