import BenchmarkSupport
import Foundation
import Runtime

/// A disk in memory for the read side, small enough to be filled. Only root can mount one; elsewhere there is none, and no full disk.
final class SmallDisk: Sendable {
  let folder: URL
  private var filler: URL { folder.appendingPathComponent("filler") }

  private init(folder: URL) { self.folder = folder }

  static func mount(at folder: URL, megabytes: Int) -> SmallDisk? {
    guard getuid() == 0 else { return nil }
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let made = Shell.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m,mode=755", "tmpfs", folder.path)
    return made ? SmallDisk(folder: folder) : nil
  }

  /// Takes all room that is left.
  func fill() {
    let free = (try? FileManager.default.attributesOfFileSystem(forPath: folder.path)[.systemFreeSize] as? Int) ?? 0
    _ = Shell.run("fallocate", "-l", "\(free)", filler.path)
  }

  func free() { try? FileManager.default.removeItem(at: filler) }

  func unmount() { _ = Shell.run("umount", "-l", folder.path) }
}
