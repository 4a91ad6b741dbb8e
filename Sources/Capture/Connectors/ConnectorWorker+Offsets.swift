internal import Postgres

extension ConnectorWorker {
  /// `GET /connectors/{name}/offsets`.
  package func offsets(_ name: String) async throws(ConnectorRequestError) -> JSONDocument {
    let (configuration, parts) = try parts(name)
    do {
      return ConnectorOffsets.document(try await parts.offsets.load(connector: name), server: configuration.topicPrefix)
    } catch { throw ConnectorRequestError(.failed, "the offsets cannot be read: \(error)") }
  }

  /// `PATCH /connectors/{name}/offsets`: only when it is stopped, and only to a position that the slot can go on from.
  package func alterOffsets(_ name: String, _ body: JSONDocument) async throws(ConnectorRequestError) {
    try requireStopped(name)
    let (configuration, parts) = try parts(name)
    switch try ConnectorOffsets.change(body, server: configuration.topicPrefix) {
    case .reset: try await resetOffsets(name)
    case .set(let end, let snapshot):
      do {
        let source = try await parts.inspect()
        try ConnectorOffsets.check(end, against: source, slot: configuration.slotName, trustsSlot: configuration.trustsSlot)
        try requireStopped(name)
        try await parts.offsets.save(
          StoredOffset(
            slot: configuration.slotName, snapshot: snapshot, systemID: source.systemID,
            position: CommitPosition(commitLSN: end, endLSN: end)), connector: name)
      } catch let error as ConnectorRequestError { throw error } catch {
        throw ConnectorRequestError(.failed, "the offsets cannot be changed: \(error)")
      }
      logger.notice("offsets altered by request", metadata: ["connector": "\(name)", "lsn": "\(end)"])
    }
  }

  /// `DELETE /connectors/{name}/offsets`: the next start is as the first.
  package func resetOffsets(_ name: String) async throws(ConnectorRequestError) {
    try requireStopped(name)
    let (_, parts) = try parts(name)
    do { try await parts.offsets.remove(connector: name) } catch {
      throw ConnectorRequestError(.failed, "the offsets cannot be removed: \(error)")
    }
    logger.notice("offsets reset by request", metadata: ["connector": "\(name)"])
  }

  private func requireStopped(_ name: String) throws(ConnectorRequestError) {
    let entry = try entry(name)
    guard entry.definition.target == .stopped, runs[name] == nil else {
      throw ConnectorRequestError(
        .invalid,
        "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by "
          + "issuing a 'PUT' request to the '/connectors/\(name)/stop' endpoint")
    }
  }

  private func parts(_ name: String) throws(ConnectorRequestError) -> (ConnectorConfiguration, ConnectorParts) {
    let entry = try entry(name)
    do {
      let configuration = try entry.configuration.get()
      return (configuration, try factory.parts(configuration, topics: entry.topics))
    } catch { throw ConnectorRequestError(.invalid, "the connector's configuration cannot be used: \(error)") }
  }
}
