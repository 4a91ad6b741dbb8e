internal import Foundation

/// Offsets in a file (`offset.storage.file.filename`): one JSON object, a member for each connector.
///
/// The file is replaced as a whole: written beside, flushed to the disk, renamed.
public actor FileOffsetStore: OffsetStore {
  private let path: String

  /// A store in this file; it and its folder are made when needed.
  public init(path: String) { self.path = path }

  /// See `OffsetStore`.
  public func load(connector: String) async throws -> StoredOffset? {
    guard let offset = try readAll().first(where: { $0.name == connector }) else { return nil }
    return try StoredOffset(parsing: offset.value.text.utf8)
  }

  /// See `OffsetStore`.
  public func save(_ offset: StoredOffset, connector: String) async throws {
    var members = try readAll()
    let value: JSONDocument
    do { value = try JSONDocument(parsing: offset.text.utf8) } catch { throw CaptureError.failed("an offset is not JSON") }
    if let i = members.firstIndex(where: { $0.name == connector }) {
      members[i].value = value
    } else {
      members.append(.init(name: connector, value: value))
    }
    try replace(with: JSONDocument.object(members).text + "\n")
  }

  private func readAll() throws -> [JSONDocument.Member] {
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

  private func replace(with text: String) throws {
    let temporary = path + ".new"
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw CaptureError.configuration("offset.storage.file.filename: the folder \(folder) cannot be made")
    }
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CaptureError.configuration("offset.storage.file.filename: \(path) cannot be written") }
    var written = true
    var bytes = Array(text.utf8)
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else {
        written = false
        break
      }
      bytes.removeFirst(count)
    }
    written = written && fsync(descriptor) == 0
    written = close(descriptor) == 0 && written
    guard written, rename(temporary, path) == 0 else { throw CaptureError.failed("the offset file \(path) could not be written") }
    // The rename itself is durable once the folder is.
    let folderDescriptor = open(folder, O_RDONLY | O_CLOEXEC)
    if folderDescriptor >= 0 {
      _ = fsync(folderDescriptor)
      _ = close(folderDescriptor)
    }
  }
}
