import Foundation
import Kafka
import Logging
import Postgres
import Runtime
import Syncer

/// Where lag is asked for: at the brokers, in the read database, and at syncers.
final class LagSources {
  private let reader: GroupLagReader
  private let admin: Admin
  private let syncers: [HTTPProbe]
  private let ownGroup: String
  private let logger: Logger
  private var database: Connection?
  private var cluster: String?

  /// - Parameters:
  ///   - syncers: addresses of syncers to ask; nil asks the one of the configuration.
  ///   - usesDatabase: whether to look into the read database.
  init(_ configuration: Configuration, syncers: [String]?, usesDatabase: Bool, logger: Logger) async throws {
    self.logger = logger
    admin = try Admins.admin(configuration, logger: logger)
    ownGroup = configuration[Keys.Syncer.group]
    let times = try RecordTimeReader(configuration: Brokers.consumer(configuration, group: ownGroup), logger: logger)
    reader = GroupLagReader(admin: admin, times: times)
    self.syncers = (syncers ?? ["\(configuration[Keys.Syncer.listen])"]).map(HTTPProbe.init(address:))
    guard usesDatabase, Self.namesDatabase(configuration) else { return }
    do {
      var settings = try Databases.connection(configuration, Keys.Read.database, name: "sluice-lag")
      settings.connectTimeout = min(settings.connectTimeout, .seconds(3))
      database = try await Connection.connect(settings, logger: logger)
    } catch {
      Admins.note("lag", "the read database does not answer, so offsets are those that Kafka has: \(Running.line(error))")
    }
  }

  /// Whether anything about the read database was set: its defaults name one that most machines do not have.
  private static func namesDatabase(_ configuration: Configuration) -> Bool {
    configuration.entries.contains { $0.key.hasPrefix("read.database.") && $0.origin != .byDefault }
  }

  func groups() async throws -> [String] { try await reader.groups() }

  /// One look.
  func look(_ groups: [String], topics: Set<String>?) async throws -> [GroupLag] {
    if cluster == nil { cluster = try await admin.describeCluster().id }
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    var stored: [String: [TopicPartition: Int64]] = [:]
    if let database, let cluster {
      do { stored = try await GroupOffsetStore.load(clusterID: cluster, database) } catch {
        Admins.note("lag", "the read database does not answer any more, so offsets are those that Kafka has: \(Running.line(error))")
        await database.close()
        self.database = nil
      }
    }
    var looks = try await reader.read(groups, topics: topics, stored: stored, cluster: cluster, now: now)
    for told in await tell() {
      guard let index = looks.firstIndex(where: { $0.group == told.group }), cluster == nil || told.cluster == cluster else { continue }
      looks[index] = looks[index].replacing(topics.map(told.of(topics:)) ?? told)
    }
    return looks
  }

  /// What syncers tell of themselves. One that does not answer is none: brokers tell of its group, too.
  private func tell() async -> [GroupLag] {
    var told: [GroupLag] = []
    for syncer in syncers {
      guard let answer = await syncer.get("/v1/lag"), answer.status == 200,
        let lag = try? JSONDecoder().decode(GroupLag.self, from: answer.body)
      else { continue }
      told.append(lag)
    }
    return told
  }

  func close() async {
    await database?.close()
  }
}
