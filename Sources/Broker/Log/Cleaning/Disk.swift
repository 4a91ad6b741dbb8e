#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import NIOCore

/// The few file operations of compaction and of the small files beside the logs, each with the error number in what it throws. Stateless,
/// for any thread.
enum Disk {
  /// The whole file; nil when there is none.
  ///
  /// - Parameter limit: in bytes; a larger file is an error.
  static func contents(of path: String, limit: Int) throws(LogError) -> ByteBuffer? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure(path, "cannot be opened")
    }
    defer { close(descriptor) }
    let size = try size(descriptor, path)
    guard size <= limit else { throw LogError(path: path, reason: "is \(size) bytes, more than \(limit)") }
    return try bytes(of: descriptor, at: 0, length: size, path)
  }

  /// Up to `length` bytes at `offset`; fewer where the file ends.
  static func bytes(of descriptor: Int32, at offset: Int64, length: Int, _ path: String) throws(LogError) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: length)
    var failed = false
    while buffer.readableBytes < length {
      let start = offset + Int64(buffer.readableBytes)
      let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length - buffer.readableBytes) { space in
        while true {
          let count = pread(descriptor, space.baseAddress, min(space.count, length), off_t(start))
          if count < 0, errno == EINTR { continue }
          failed = count < 0
          return max(count, 0)
        }
      }
      if failed { throw failure(path, "cannot be read") }
      if count == 0 { break }
    }
    if buffer.readableBytes > length { buffer.moveWriterIndex(to: buffer.readerIndex + length) }
    return buffer
  }

  static func size(_ descriptor: Int32, _ path: String) throws(LogError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path, "its size cannot be read") }
    return Int(status.st_size)
  }

  /// Bytes of the file; nil when there is none.
  static func size(of path: String) throws(LogError) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { return nil }
      throw failure(path, "its size cannot be read")
    }
    return Int(status.st_size)
  }

  /// All of `bytes`, where the descriptor stands.
  static func writeAll(_ bytes: ByteBuffer, to descriptor: Int32, _ path: String) throws(LogError) {
    var rest = bytes
    while rest.readableBytes > 0 {
      let count = rest.readWithUnsafeReadableBytes { max(0, write(descriptor, $0.baseAddress, $0.count)) }
      if count == 0 {
        if errno == EINTR { continue }
        throw failure(path, "cannot be written")
      }
    }
  }

  /// Appends to the file, which is created when there is none.
  static func append(_ bytes: ByteBuffer, to path: String) throws(LogError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(path, "cannot be opened") }
    defer { close(descriptor) }
    try writeAll(bytes, to: descriptor, path)
  }

  /// Puts `bytes` in the place of what the file held, such that a kill at any moment leaves the one or the other.
  static func replace(_ path: String, with bytes: ByteBuffer) throws(LogError) {
    let temporary = path + ".tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(temporary, "cannot be created") }
    do throws(LogError) {
      try writeAll(bytes, to: descriptor, temporary)
      guard fsync(descriptor) == 0 else { throw failure(temporary, "cannot be synced") }
      close(descriptor)
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    try move(temporary, to: path)
    try sync(folder(of: path))
  }

  static func move(_ old: String, to new: String) throws(LogError) {
    guard rename(old, new) == 0 else { throw failure(old, "cannot be renamed to \(new)") }
  }

  /// Deletes the file; that there is none is no error.
  static func remove(_ path: String) throws(LogError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw failure(path, "cannot be deleted") }
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  static func cut(_ path: String, to size: Int) throws(LogError) {
    guard truncate(path, off_t(size)) == 0 else { throw failure(path, "cannot be cut to \(size) bytes") }
  }

  /// Makes the file, or the names in the folder, durable.
  ///
  /// - Returns: false when there is no such file any more.
  @discardableResult
  static func sync(_ path: String) throws(LogError) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return false }
      throw failure(path, "cannot be opened")
    }
    defer { close(descriptor) }
    while fsync(descriptor) != 0 {
      guard errno == EINTR else { throw failure(path, "cannot be synced") }
    }
    return true
  }

  /// The names in a folder, without order.
  static func names(in folder: String) throws(LogError) -> [String] {
    guard let stream = opendir(folder) else { throw failure(folder, "cannot be listed") }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The error of the system call that has just failed.
  static func failure(_ path: String, _ what: String) -> LogError {
    let number = errno
    return LogError(path: path, reason: "\(what): \(String(cString: strerror(number)))", errorNumber: number)
  }
}
