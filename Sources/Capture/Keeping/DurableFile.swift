internal import Foundation

/// Files that are replaced as a whole: written beside, flushed to the disk, renamed. Readable by their owner alone. Blocks: not for tasks.
enum DurableFile {
  /// Which step failed, and the system's number of the error; the caller knows what the file is for.
  enum Failure: Error {
    /// The new file cannot be made.
    case cannotOpen(Int32)
    /// It could not be written whole, or not take the old one's place, which stays.
    case cannotWrite(Int32)

    /// Whether there is no room: what was to be written can be written when somebody has made some.
    var isWantOfRoom: Bool {
      switch self {
      case .cannotOpen(let number), .cannotWrite(let number): number == ENOSPC || number == EDQUOT
      }
    }
  }

  static func replace(_ path: String, folder: String, with text: String) throws(Failure) {
    let temporary = path + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .cannotOpen(errno) }
    var failure: Int32?
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        failure = errno
        break
      }
      bytes = bytes.dropFirst(count)
    }
    if failure == nil, fsync(descriptor) != 0 { failure = errno }
    if close(descriptor) != 0, failure == nil { failure = errno }
    if failure == nil, rename(temporary, path) != 0 { failure = errno }
    if let failure { throw .cannotWrite(failure) }
    flush(folder)
  }

  /// Names that came, went or changed are durable once their folder is.
  static func flush(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    _ = close(descriptor)
  }
}
