internal import Foundation

/// Says that this process runs the server of a folder; the kernel takes it back when the process ends, however it ends.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// - Throws: ``LocalPostgresError`` when another process has it.
  init(path: String) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw LocalPostgresError("\(path) cannot be opened: \(String(cString: strerror(errno)))") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw LocalPostgresError("another process runs the server of this folder already (\(path) is locked); stop that one first")
    }
  }

  deinit {
    close(descriptor)
  }
}
