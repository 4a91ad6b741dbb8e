internal import Postgres

/// The records of a batch that one handler wants.
struct HandlerShare: Sendable {
  let handler: any Handler
  /// Those that it applies: without the ones that it found fault with.
  private(set) var records: [ChangeRecord]
  /// Where each record that it was given stands in the batch.
  private let indices: [Int]
  /// What the handler has worked out ahead.
  private var work: (@Sendable (Connection) async throws -> Void)?

  /// - Parameter rejected: Those that are not to be applied by anybody.
  init(_ handler: any Handler, of batch: [ChangeRecord], except rejected: Set<Int> = []) {
    self.handler = handler
    let indices = batch.indices.filter { handler.accepts(batch[$0]) && (rejected.isEmpty || !rejected.contains($0)) }
    self.indices = indices
    // Mostly it wants all of them.
    records = indices.count == batch.count ? batch : indices.map { batch[$0] }
  }

  /// A share of the whole batch, all of whose records the handler accepts.
  init(_ handler: any Handler, ofAll batch: [ChangeRecord]) {
    self.handler = handler
    indices = Array(batch.indices)
    records = batch
  }

  /// Those of its records that the handler itself found fault with, by their indices in the batch.
  private var failed: Set<Int> = []

  /// Lets the handler work ahead.
  ///
  /// - Returns: records at fault, with their indices in the batch.
  mutating func plan() -> [SinkFailure] {
    guard let plan = handler.plan(records) else { return [] }
    work = plan.work
    let failures = plan.failures.map { failure($0) }.filter { $0.index != nil }
    failed = Set(failures.compactMap(\.index))
    if !failed.isEmpty, work != nil { records = zip(indices, records).filter { !failed.contains($0.0) }.map(\.1) }
    return failures
  }

  /// Whether it can be applied when these records of the batch are not.
  func leavesOut(_ rejected: Set<Int>) -> Bool {
    if !failed.isEmpty, work == nil { return false }
    return rejected.count == failed.count || !indices.contains { rejected.contains($0) && !failed.contains($0) }
  }

  private func failure(_ failure: RecordFailure) -> SinkFailure {
    // An index outside of the array is the handler's defect; the record is searched for then.
    let index = indices.indices.contains(failure.index) ? indices[failure.index] : nil
    return SinkFailure(handler: handler.name, index: index, reason: failure.reason, cause: failure.cause ?? failure)
  }

  /// Runs the handler.
  ///
  /// - Throws: ``SinkFailure``, with the index in the batch where the record at fault is known.
  func apply(in transaction: Connection) async throws {
    do {
      if let work { try await work(transaction) } else { try await handler.apply(records, in: transaction) }
    } catch let failure as RecordFailure {
      throw self.failure(failure)
    } catch {
      throw SinkFailure(handler: handler.name, index: nil, cause: error)
    }
  }
}
