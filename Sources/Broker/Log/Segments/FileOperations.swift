import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The system's calls on files, with their failures as ``LogError``, and with one place where a test makes the disk full.
///
/// Every call blocks; none is retried but for `EINTR`.
final class FileOperations {
  /// How many of `count` bytes a write to `path` may still put there; the rest fails with `ENOSPC`. Nil for no limit. For tests.
  var space: ((_ path: String, _ count: Int) -> Int)?
  /// Told of every read and how many bytes it wants. For tests.
  var onRead: ((_ path: String, _ count: Int) -> Void)?
  /// Called in place of every sync. For tests.
  var onSynchronize: ((_ descriptor: Int32) -> Void)?

  init() {}

  /// A descriptor of the file, which the caller closes.
  func open(_ path: String, create: Bool = false, empty: Bool = false) throws(LogError) -> Int32 {
    let flags = O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0) | (empty ? O_TRUNC : 0)
    if create, space?(path, 1) == 0 { throw LogError(path: path, reason: "cannot be created: no space", errorNumber: ENOSPC) }
    let descriptor = retrying { Self.systemOpen(path, flags) }
    guard descriptor >= 0 else { throw failure(path, "cannot be opened") }
    return descriptor
  }

  func close(_ descriptor: Int32) { _ = Self.systemClose(descriptor) }

  /// Reads into `bytes` until it is full or the file ends; returns how many bytes were read.
  func read(_ descriptor: Int32, at position: Int, into bytes: UnsafeMutableRawBufferPointer, path: String) throws(LogError) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    onRead?(path, bytes.count)
    var done = 0
    while done < bytes.count {
      let count = retrying { pread(descriptor, base + done, bytes.count - done, off_t(position + done)) }
      guard count >= 0 else { throw failure(path, "cannot be read") }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Writes `first` and then `second` at `position`, all of it or an error; part of it may be in the file then.
  func write(
    _ descriptor: Int32, at position: Int, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, path: String
  ) throws(LogError) {
    let total = first.count + second.count
    let allowed = space.map { max(0, min(total, $0(path, total))) } ?? total
    var done = 0
    while done < allowed {
      let head = first.dropFirst(done).prefix(allowed - done)
      let tail = second.dropFirst(max(0, done - first.count)).prefix(allowed - done - head.count)
      let count = withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { parts in
        parts.initializeElement(at: 0, to: Self.part(UnsafeRawBufferPointer(rebasing: head)))
        parts.initializeElement(at: 1, to: Self.part(UnsafeRawBufferPointer(rebasing: tail)))
        return retrying { pwritev(descriptor, parts.baseAddress, 2, off_t(position + done)) }
      }
      guard count > 0 else { throw failure(path, "cannot be written") }
      done += count
    }
    guard allowed == total else { throw LogError(path: path, reason: "cannot be written: no space", errorNumber: ENOSPC) }
  }

  func truncate(_ descriptor: Int32, to size: Int, path: String) throws(LogError) {
    guard retrying({ ftruncate(descriptor, off_t(size)) }) == 0 else { throw failure(path, "cannot be truncated") }
  }

  func synchronize(_ descriptor: Int32, path: String) throws(LogError) {
    if let onSynchronize { return onSynchronize(descriptor) }
    guard retrying({ fsync(descriptor) }) == 0 else { throw failure(path, "cannot be synced") }
  }

  func synchronizeFile(_ path: String) throws(LogError) {
    let descriptor = try open(path)
    defer { close(descriptor) }
    try synchronize(descriptor, path: path)
  }

  /// A second descriptor of the same open file, for another thread; whoever gets it closes it.
  func duplicate(_ descriptor: Int32, path: String) throws(LogError) -> Int32 {
    let copy = retrying { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
    guard copy >= 0 else { throw failure(path, "cannot be opened once more") }
    return copy
  }

  /// A descriptor of a folder, to sync the names in it.
  func openFolder(_ path: String) throws(LogError) -> Int32 {
    let descriptor = retrying { Self.systemOpen(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw failure(path, "cannot be opened") }
    return descriptor
  }

  func synchronizeFolder(_ path: String) throws(LogError) {
    let descriptor = try openFolder(path)
    defer { close(descriptor) }
    try synchronize(descriptor, path: path)
  }

  /// Size in bytes and time of the last change in milliseconds since the Unix epoch; nil when there is no such file.
  func status(_ path: String) throws(LogError) -> (size: Int, modified: Int64)? {
    var status = stat()
    guard retrying({ stat(path, &status) }) == 0 else {
      if errno == ENOENT { return nil }
      throw failure(path, "cannot be looked at")
    }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return (Int(status.st_size), Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  func rename(_ path: String, to new: String) throws(LogError) {
    guard retrying({ Self.systemRename(path, new) }) == 0 else { throw failure(path, "cannot be renamed to \(new)") }
  }

  /// Removes a file; one that is not there is as good as removed.
  func remove(_ path: String) throws(LogError) {
    guard retrying({ unlink(path) }) == 0 || errno == ENOENT else { throw failure(path, "cannot be removed") }
  }

  /// The names in a folder, sorted; nil when there is no such folder.
  func list(_ folder: String) throws(LogError) -> [String]? {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return nil }
      throw failure(folder, "cannot be listed")
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  func createFolder(_ path: String) throws(LogError) {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure(path, "cannot be created") }
  }

  /// The whole of a small file; nil when there is none.
  func contents(_ path: String) throws(LogError) -> ByteBuffer? {
    guard let size = try status(path)?.size else { return nil }
    let descriptor = try open(path)
    defer { close(descriptor) }
    return try read(descriptor, at: 0, count: size, path: path)
  }

  /// Up to `count` bytes from `position` on.
  func read(_ descriptor: Int32, at position: Int, count: Int, path: String) throws(LogError) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: count)
    var failed: LogError?
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
      do throws(LogError) {
        return try read(descriptor, at: position, into: UnsafeMutableRawBufferPointer(rebasing: space.prefix(count)), path: path)
      } catch {
        failed = error
        return 0
      }
    }
    if let failed { throw failed }
    return buffer
  }

  /// Puts a small file in place of the one that is there, in one step, and with `durably` on the disk when this returns.
  func replace(_ path: String, with contents: ByteBuffer, durably: Bool, folder: String) throws(LogError) {
    let temporary = path + ".tmp"
    let descriptor = try open(temporary, create: true, empty: true)
    do throws(LogError) {
      defer { close(descriptor) }
      try contents.withUnsafeReadableBytes { bytes throws(LogError) in
        try write(descriptor, at: 0, bytes, UnsafeRawBufferPointer(start: nil, count: 0), path: temporary)
      }
      if durably { try synchronize(descriptor, path: temporary) }
    } catch {
      try? remove(temporary)
      throw error
    }
    try rename(temporary, to: path)
    if durably { try synchronizeFolder(folder) }
  }

  private func failure(_ path: String, _ what: String) -> LogError {
    let number = errno
    return LogError(path: path, reason: "\(what): \(String(cString: strerror(number)))", errorNumber: number)
  }

  private func retrying<Result: BinaryInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result != -1 || errno != EINTR { return result }
    }
  }

  private static func part(_ bytes: UnsafeRawBufferPointer) -> iovec {
    iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
  }

  // Inside a type with methods of the same names, the system's functions need names of their own.
  private static func systemOpen(_ path: String, _ flags: Int32) -> Int32 {
    #if canImport(Glibc)
      Glibc.open(path, flags, 0o644)
    #elseif canImport(Musl)
      Musl.open(path, flags, 0o644)
    #else
      Darwin.open(path, flags, 0o644)
    #endif
  }

  private static func systemClose(_ descriptor: Int32) -> Int32 {
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #elseif canImport(Musl)
      Musl.close(descriptor)
    #else
      Darwin.close(descriptor)
    #endif
  }

  private static func systemRename(_ path: String, _ new: String) -> Int32 {
    #if canImport(Glibc)
      Glibc.rename(path, new)
    #elseif canImport(Musl)
      Musl.rename(path, new)
    #else
      Darwin.rename(path, new)
    #endif
  }
}
