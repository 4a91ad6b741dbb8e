import Foundation
import Logging
import NIOCore
import Testing

@testable import Broker

/// A data folder with a catalogue over it, which a test may close and open again.
final class CatalogueFixture {
  let folder = TemporaryFolder()
  let operations = FileOperations()
  let scheduler = ManualScheduler()
  var settings = BrokerSettings()
  /// Partitions in the order in which their logs were opened.
  private(set) var opened: [TopicPartition] = []
  /// Folders that were removed in the background, which here is at once.
  private(set) var removed: [String] = []
  private var current: TopicCatalogue?

  init(_ change: (inout BrokerSettings) -> Void = { _ in }) {
    settings.dataFolder = folder.path
    change(&settings)
  }

  /// Opened on first use.
  var catalogue: TopicCatalogue {
    get throws {
      if let current { return current }
      let catalogue = try TopicCatalogue(
        settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, operations: operations,
        removeFolder: { [unowned self] path in
          removed.append(String(path.dropFirst(folder.path.count + 1)))
          try? FileManager.default.removeItem(atPath: path)
        }
      ) { [unowned self] folder, partition, configuration in
        opened.append(partition)
        return try PartitionLog.open(
          folder: folder, partition: partition, configuration: configuration, afterCleanShutdown: true, now: scheduler.now)
      }
      current = catalogue
      return catalogue
    }
  }

  /// As after a crash: nothing is closed, everything is read again.
  func restart() {
    current = nil
    opened = []
    removed = []
  }

  func create(_ name: String, partitions: Int32 = 1, _ overrides: [String: String] = [:]) throws {
    let new = NewTopic(name: name, partitions: partitions, overrides: overrides)
    try catalogue.validate(new)
    try catalogue.create([new])
  }

  /// Records without keys; the offsets they get follow the log's end.
  func append(_ count: Int, to topic: String, _ partition: Int32 = 0) throws {
    let log = try #require(try catalogue.log(topic, partition))
    var batch = RecordBatchBuilder()
    for index in 0..<count { batch.append(key: nil, value: ByteBuffer(string: "\(index)"), timestamp: scheduler.now) }
    _ = try log.append(batch.finish(), now: scheduler.now)
  }

  /// Names in the data folder, but for `meta.json`.
  func names() throws -> [String] { try (operations.list(folder.path) ?? []).filter { $0 != CatalogueFile.name } }

  func makeFolder(_ name: String, log: String? = nil) throws {
    try operations.createFolder("\(folder.path)/\(name)")
    guard let log else { return }
    try operations.replace(
      "\(folder.path)/\(name)/00000000000000000000.log", with: ByteBuffer(string: log), durably: false, folder: folder.path)
  }

  /// What `meta.json` holds now.
  func file() throws -> CatalogueFile { try #require(try CatalogueFile.load(from: DataFolder(path: folder.path))) }

  /// Makes every write to `meta.json` fail as on a full disk.
  func fillDisk() { operations.space = { path, count in path.contains(CatalogueFile.name) ? 0 : count } }

  func emptyDisk() { operations.space = nil }

  var requests: AdminRequests { get throws { AdminRequests(catalogue: try catalogue) } }

  func context(_ version: Int16) -> RequestContext {
    RequestContext(connectionID: 1, clientID: "test", clientHost: "/127.0.0.1", apiVersion: version)
  }
}

/// The refusal that something ends in; nil when it ends otherwise.
func refusal(_ body: () throws -> Void) -> ApiError? {
  do {
    try body()
    return nil
  } catch {
    return error as? ApiError
  }
}
