internal import Foundation

/// Says that this process has the data folder; the kernel takes it back when the process ends, however it ends.
final class DataFolderLock {
  private let descriptor: Int32

  /// - Throws: ``BrokerError`` when another process has it, or the folder cannot be written to.
  init(folder: String) throws(BrokerError) {
    let path = folder + "/.lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw BrokerError("\(path) cannot be opened: \(String(cString: strerror(errno))); the data folder must belong to this user")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw BrokerError("another broker uses \(folder) (\(path) is locked); stop it, or name another data folder")
    }
  }

  deinit { close(descriptor) }
}
