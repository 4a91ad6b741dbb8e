public import Logging
internal import Postgres
internal import ReadModels
public import Syncer

extension OrderHandler {
  /// What `sluice rebuild order` builds: the documents, and the events that wait for earlier ones.
  public static func projection(topic: String = OrderHandler.defaultTopic, logger: Logger) -> VersionedProjection {
    var projection = VersionedProjection(
      name: "order",
      relations: [
        VersionedRelation(schema: table.schema, name: table.table), VersionedRelation(schema: table.schema, name: OrderWaitingStore.table),
      ], topics: [topic]
    ) { version in
      [
        OrderHandler(
          topic: topic, name: version.handlerName(for: "order"), schema: version.schema(for: table.schema), logger: logger)
      ]
    }
    projection.key = { named, values in
      guard named == nil, let id = values.first, values.count == 1 else {
        throw RebuildError(.unknownKey, "an order is named by its ID alone")
      }
      let live = OrderHandler(topic: topic, logger: logger)
      return VersionedKey(
        isAbout: { record in
          guard live.accepts(record), let value = record.value else { return false }
          return (try? OrderMessage(parsing: value))?.orderID == id
        }, forget: { transaction in try await OrderVersionStore(handler: live).forget(id, transaction) }, handlers: [live])
    }
    return projection
  }
}
