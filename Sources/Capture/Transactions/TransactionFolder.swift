internal import Dispatch
internal import Foundation

/// A folder of one stream for what open transactions bring: a file each, readable by this account alone, removed with the stream.
///
/// A process that is killed leaves its folder behind; the next stream with the same parent removes it. Whether a folder is in use says a lock
/// beside it, which goes with its process.
final class TransactionFolder: Sendable {
  /// What is held of open transactions cannot be written or read. The stream ends with it and begins anew, from the slot.
  struct Failure: Error, Hashable, CustomStringConvertible {
    var reason: String
    var description: String { reason }
  }

  let path: String
  private let lockPath: String
  private let lock: Int32
  /// Disks are slow: they are waited for on a thread of their own.
  private let queue = DispatchQueue(label: "sluice.capture.transactions")

  private init(path: String, lockPath: String, lock: Int32) {
    self.path = path
    self.lockPath = lockPath
    self.lock = lock
  }

  deinit { Self.remove(path, lockPath, lock) }

  /// Where folders go if no other place is named.
  static var defaultParent: String {
    (ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp") + "/sluice-transactions-\(geteuid())"
  }

  /// Makes a folder below `parent`, and removes those whose processes are gone.
  static func make(in parent: String) async throws -> TransactionFolder {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "sluice.transactions").async { continuation.resume(with: Result { try makeNow(in: parent) }) }
    }
  }

  private static func makeNow(in parent: String) throws -> TransactionFolder {
    do {
      try FileManager.default.createDirectory(
        atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw Failure(reason: "the folder \(parent), for changes of open transactions, cannot be made: \(error.localizedDescription)")
    }
    // Others may write where temporary files go: what is not ours is not used.
    var information = stat()
    guard lstat(parent, &information) == 0, information.st_mode & S_IFMT == S_IFDIR, information.st_uid == geteuid() else {
      throw Failure(
        reason: "\(parent), for changes of open transactions, is not a folder of this account: remove it, or name another TMPDIR")
    }
    removeAbandoned(in: parent)
    let path = parent + "/" + UUID().uuidString.lowercased()
    let lockPath = path + ".lock"
    let lock = open(lockPath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0, mkdir(path, 0o700) == 0 else {
      let failure = failure("make", path)
      if lock >= 0 { remove(path, lockPath, lock) }
      throw failure
    }
    return TransactionFolder(path: path, lockPath: lockPath, lock: lock)
  }

  private static func removeAbandoned(in parent: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    for name in names where name.hasSuffix(".lock") && UUID(uuidString: String(name.dropLast(5))) != nil {
      let lockPath = parent + "/" + name
      let lock = open(lockPath, O_RDWR | O_CLOEXEC)
      guard lock >= 0 else { continue }
      // One that was just made and is not locked yet is seconds old; nobody else's is.
      var information = stat()
      if fstat(lock, &information) == 0, time(nil) - information.st_mtim.tv_sec > 5, flock(lock, LOCK_EX | LOCK_NB) == 0 {
        remove(String(lockPath.dropLast(5)), lockPath, lock)
      } else {
        Foundation.close(lock)
      }
    }
  }

  private static func remove(_ path: String, _ lockPath: String, _ lock: Int32) {
    guard lock >= 0 else { return }
    try? FileManager.default.removeItem(atPath: path)
    unlink(lockPath)
    Foundation.close(lock)
  }

  // MARK: - Files

  func write(_ bytes: [UInt8], of transaction: UInt32, at offset: Int) async throws {
    try await onFile(transaction, O_WRONLY | O_CREAT) { [path] file in
      var done = 0
      while done < bytes.count {
        let count = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done)) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw Self.failure("write", path) }
        done += count
      }
    }
  }

  func truncate(_ transaction: UInt32, to size: Int) async throws {
    try await onFile(transaction, O_WRONLY | O_CREAT) { [path] file in
      guard ftruncate(file, off_t(size)) == 0 else { throw Self.failure("shorten", path) }
    }
  }

  /// Fewer than `count` bytes where the file ends.
  func read(_ transaction: UInt32, from offset: Int, count: Int) async throws -> [UInt8] {
    guard count > 0 else { return [] }
    return try await onFile(transaction, O_RDONLY) { [path] file in
      var result = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        while initialized < count {
          result = pread(file, buffer.baseAddress.map { $0 + initialized }, count - initialized, off_t(offset + initialized))
          if result < 0, errno == EINTR { continue }
          guard result > 0 else { break }
          initialized += result
        }
      }
      guard result >= 0 else { throw Self.failure("read", path) }
      return bytes
    }
  }

  func remove(_ transaction: UInt32) async throws {
    try await onQueue { [path] in
      guard unlink(Self.file(transaction, path)) == 0 || errno == ENOENT else { throw Self.failure("remove", path) }
    }
  }

  private static func file(_ transaction: UInt32, _ path: String) -> String { "\(path)/\(transaction)" }

  /// Files are opened for each use, so that any number of open transactions takes one descriptor.
  private func onFile<T: Sendable>(_ transaction: UInt32, _ flags: Int32, _ body: @escaping @Sendable (Int32) throws -> T) async throws -> T
  {
    try await onQueue { [path] in
      let file = Foundation.open(Self.file(transaction, path), flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard file >= 0 else { throw Self.failure("open", path) }
      defer { Foundation.close(file) }
      return try body(file)
    }
  }

  private func onQueue<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try body() }) }
    }
  }

  /// What the system says, in an operator's words.
  static func failure(_ verb: String, _ path: String, code: Int32 = errno) -> Failure {
    let advice =
      switch code {
      case ENOSPC, EDQUOT:
        "; a transaction that is open in PostgreSQL is larger than the room left: free some there, or name another folder"
      default: ""
      }
    return Failure(reason: "cannot \(verb) changes of open transactions in \(path): \(String(cString: strerror(code)))\(advice)")
  }
}
