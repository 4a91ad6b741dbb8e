internal import Postgres

/// The records of a batch that one handler wants.
struct HandlerShare: Sendable {
  let handler: any Handler
  let records: [ChangeRecord]
  /// Where each of them stands in the batch.
  private let indices: [Int]
  /// What the handler has worked out ahead.
  var plan: HandlerPlan?

  init(_ handler: any Handler, of batch: [ChangeRecord]) {
    self.handler = handler
    let indices = batch.indices.filter { handler.accepts(batch[$0]) }
    self.indices = indices
    // Mostly it wants all of them.
    records = indices.count == batch.count ? batch : indices.map { batch[$0] }
  }

  /// Runs the handler.
  ///
  /// - Throws: ``SinkFailure``, with the index in the batch where the record at fault is known.
  func apply(in transaction: Connection) async throws {
    do {
      if let plan { try await plan(transaction) } else { try await handler.apply(records, in: transaction) }
    } catch let failure as RecordFailure {
      // An index outside of the array is the handler's defect; the record is searched for then.
      let index = indices.indices.contains(failure.index) ? indices[failure.index] : nil
      throw SinkFailure(handler: handler.name, index: index, reason: failure.reason, cause: failure.cause ?? failure)
    } catch {
      throw SinkFailure(handler: handler.name, index: nil, cause: error)
    }
  }
}
