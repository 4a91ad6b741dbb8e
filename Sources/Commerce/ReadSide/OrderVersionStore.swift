import Postgres
import ReadModels

/// The statements that let one order be made anew.
struct OrderVersionStore {
  let handler: OrderHandler

  /// Removes an order's document and the events that wait for it.
  func forget(_ id: String, _ transaction: Connection) async throws {
    let table = handler.documents.table
    try await transaction.execute("DELETE FROM \(identifier: table.schema, table.table) WHERE key = \(id)")
    try await transaction.execute("DELETE FROM \(identifier: handler.waiting.schema, OrderWaitingStore.table) WHERE order_id = \(id)")
  }
}
