internal import Dispatch
internal import Foundation

/// Definitions as files of a folder, one each, named after the connector; readable by their owner alone, because there may be passwords.
///
/// A folder rather than a Kafka topic: there is one process to read it, a worker starts and answers while Kafka is away, and passwords
/// stay on this machine instead of a topic that every client of the cluster may read. Files are replaced as a whole: written beside,
/// flushed to the disk, renamed. One process at a time holds the folder.
public final class FolderDefinitionStore: DefinitionStore {
  private let folder: String
  private let lock: Int32
  /// Disks are slow: they are waited for here, one write after the other.
  private let queue = DispatchQueue(label: "sluice.capture.definitions")

  /// Makes the folder where it is missing, and takes it.
  ///
  /// - Throws: `CaptureError` (configuration) where it cannot be written, or belongs to another running process.
  public init(folder: String) throws(CaptureError) {
    self.folder = folder
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch { throw .configuration("the folder of connector definitions \(folder) cannot be made") }
    lock = open(folder + "/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw .configuration("the folder of connector definitions \(folder) cannot be written") }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw .configuration(
        "the folder of connector definitions \(folder) belongs to another running capture: stop it, or set capture.connectors_folder")
    }
  }

  deinit { close(lock) }

  /// See `DefinitionStore`.
  ///
  /// - Throws: `CaptureError` naming the file that is damaged.
  public func load() async throws -> [ConnectorDefinition] {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { [folder] in continuation.resume(with: Result { try Self.readAll(folder) }) }
    }
  }

  /// See `DefinitionStore`.
  public func save(_ definition: ConnectorDefinition, done: @escaping @Sendable (Result<Void, any Error>) -> Void) {
    queue.async { [folder] in
      done(Result { try Self.replace(Self.path(definition.name, in: folder), folder: folder, with: definition.document.text + "\n") })
    }
  }

  /// See `DefinitionStore`.
  public func remove(_ name: String, done: @escaping @Sendable (Result<Void, any Error>) -> Void) {
    queue.async { [folder] in
      done(
        Result {
          guard unlink(Self.path(name, in: folder)) == 0 || errno == ENOENT else {
            throw CaptureError.failed("the definition of \(name) cannot be removed from \(folder)")
          }
          DurableFile.flush(folder)
        })
    }
  }

  private static func readAll(_ folder: String) throws -> [ConnectorDefinition] {
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted() } catch {
      throw CaptureError.configuration("the folder of connector definitions \(folder) cannot be read")
    }
    return try names.map { name in
      let path = folder + "/" + name
      guard let data = FileManager.default.contents(atPath: path) else { throw CaptureError.configuration("\(path) cannot be read") }
      guard let document = try? JSONDocument(parsing: data), let definition = ConnectorDefinition(document) else {
        throw CaptureError.configuration("\(path): this is no connector definition; remove the file, and make the connector again")
      }
      return definition
    }
  }

  /// Every byte that could mean something to a file system is escaped; long names are cut and told apart by a checksum.
  static func path(_ name: String, in folder: String) -> String {
    var text = ""
    for byte in name.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    if text.utf8.count > 200 {
      let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
      text = text.prefix(180) + "%-" + String(hash, radix: 16)
    }
    return folder + "/" + text + ".json"
  }

  private static func replace(_ path: String, folder: String, with text: String) throws {
    do { try DurableFile.replace(path, folder: folder, with: text) } catch {
      switch error {
      case .cannotOpen(let number): throw CaptureError.failed("\(path) cannot be made: \(String(cString: strerror(number)))")
      case .cannotWrite(let number): throw CaptureError.failed("\(path) could not be written: \(String(cString: strerror(number)))")
      }
    }
  }
}
