public import Logging
public import Postgres

/// What a database says about a connector's slot: enough to judge a position.
public struct SourcePosition: Sendable, Hashable {
  /// `IDENTIFY_SYSTEM`'s identifier.
  public var systemID: String
  /// How far the server has written its WAL.
  public var walEnd: LSN
  /// What the slot was told last; nil if there is no such slot.
  public var confirmed: LSN?

  /// See the properties.
  public init(systemID: String, walEnd: LSN, confirmed: LSN?) {
    self.systemID = systemID
    self.walEnd = walEnd
    self.confirmed = confirmed
  }

  /// Asks the database of a connector.
  ///
  /// - Throws: `CaptureError` when it cannot be asked.
  public init(of configuration: ConnectorConfiguration, logger: Logger) async throws {
    let source = SourceConnection(configuration: configuration, logger: logger)
    do {
      let replication = try await ReplicationConnection.connect(configuration.database, logger: logger)
      let system: SystemIdentity
      do { system = try await replication.identifySystem() } catch {
        await replication.close()
        throw error
      }
      await replication.close()
      let slot = try await SlotKeeper(name: configuration.slotName, connection: try await source.open()).state()
      await source.close()
      self.init(systemID: system.systemID, walEnd: system.walFlush, confirmed: slot.map { $0.confirmed ?? .zero })
    } catch {
      await source.close()
      throw Failure(error, configuration: configuration).error
    }
  }
}
