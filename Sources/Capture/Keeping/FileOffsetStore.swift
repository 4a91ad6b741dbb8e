internal import Dispatch
internal import Foundation

/// Offsets in a file (`offset.storage.file.filename`): one JSON object, a member for each connector.
///
/// The file is replaced as a whole: written beside, flushed to the disk, renamed. Several connectors, also of several processes, may
/// share a file: a lock file beside it lets them in one by one. A full disk is a `SinkError` that says to try again.
public final class FileOffsetStore: OffsetStore {
  private let path: String
  /// Disks are slow: they are waited for on a thread of their own, and all stores of a process one after the other.
  private static let queue = DispatchQueue(label: "sluice.capture.offsets")

  /// A store in this file; it and its folder are made when needed.
  public init(path: String) { self.path = path }

  /// See `OffsetStore`.
  public func load(connector: String) async throws -> StoredOffset? {
    let member = try await onQueue { path in try Self.readAll(path).first { $0.name == connector } }
    return try member.map { try StoredOffset(parsing: $0.value.text.utf8) }
  }

  /// See `OffsetStore`.
  public func save(_ offset: StoredOffset, connector: String) async throws {
    let value: JSONDocument
    do { value = try JSONDocument(parsing: offset.text.utf8) } catch { throw CaptureError.failed("an offset is not JSON") }
    try await change { members in
      if let i = members.firstIndex(where: { $0.name == connector }) {
        members[i].value = value
      } else {
        members.append(.init(name: connector, value: value))
      }
    }
  }

  /// See `OffsetStore`.
  public func remove(connector: String) async throws {
    try await change { $0.removeAll { $0.name == connector } }
  }

  private func change(_ body: @escaping @Sendable (inout [JSONDocument.Member]) -> Void) async throws {
    try await onQueue { path in
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw CaptureError.configuration("offset.storage.file.filename: the folder \(folder) cannot be made")
      }
      try Self.locked(path) {
        var members = try Self.readAll(path)
        body(&members)
        try Self.replace(path, folder: folder, with: JSONDocument.object(members).text + "\n")
      }
    }
  }

  private func onQueue<T: Sendable>(_ body: @escaping @Sendable (String) throws -> T) async throws -> T {
    let path = path
    return try await withCheckedThrowingContinuation { continuation in
      Self.queue.async { continuation.resume(with: Result { try body(path) }) }
    }
  }

  private static func locked(_ path: String, _ body: () throws -> Void) throws {
    let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw CaptureError.configuration("offset.storage.file.filename: \(path).lock cannot be written") }
    defer { _ = close(lock) }
    while flock(lock, LOCK_EX) != 0 {
      guard errno == EINTR else { throw CaptureError.failed("\(path).lock cannot be locked") }
    }
    try body()
  }

  private static func readAll(_ path: String) throws -> [JSONDocument.Member] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CaptureError.configuration("offset.storage.file.filename: \(path) cannot be read")
    }
    if data.isEmpty { return [] }
    let document: JSONDocument
    do { document = try JSONDocument(parsing: data) } catch {
      throw CaptureError.failed("the offset file \(path) is damaged: \(error.reason) in line \(error.line)")
    }
    guard case .object(let members) = document else {
      throw CaptureError.failed("the offset file \(path) is damaged: an object is expected")
    }
    return members
  }

  private static func replace(_ path: String, folder: String, with text: String) throws {
    do { try DurableFile.replace(path, folder: folder, with: text) } catch {
      if error.isWantOfRoom { throw SinkError(reason: "the offset file \(path) cannot be written: its disk is full", isRetriable: true) }
      switch error {
      case .cannotOpen: throw CaptureError.configuration("offset.storage.file.filename: \(path) cannot be written")
      case .cannotWrite(let number):
        throw CaptureError.failed("the offset file \(path) could not be written: \(String(cString: strerror(number)))")
      }
    }
  }
}
