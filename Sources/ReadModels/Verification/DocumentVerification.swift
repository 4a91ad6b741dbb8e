public import Postgres
public import Syncer

/// Compares documents with what they are made of, the mirrors, and recomputes those that differ.
///
/// Rows and documents become visible together, and one statement sees one moment: a difference is real at once, except where a change that
/// touches many documents is still being carried to them. Such documents are looked at again after the barrier.
public struct DocumentVerification: Sendable {
  /// What is verified.
  public let projection: DocumentProjection
  /// How.
  public var options: VerificationOptions
  private let barrier: any Barrier
  private let progress: @Sendable (_ name: String, _ checked: Int) -> Void

  /// - Parameters:
  ///   - barrier: knows when the read models have caught up.
  ///   - progress: told after each chunk.
  public init(
    _ projection: DocumentProjection, options: VerificationOptions = VerificationOptions(), barrier: any Barrier,
    progress: @escaping @Sendable (_ name: String, _ checked: Int) -> Void = { _, _ in }
  ) {
    self.projection = projection
    self.options = options
    self.barrier = barrier
    self.progress = progress
  }

  /// Verifies all documents, those without a root row included.
  ///
  /// - Parameter connection: To the read database; written to only where `options` says so.
  public func run(_ connection: Connection) async throws -> VerificationResult {
    let store = projection.verificationStore
    var result = VerificationResult(name: projection.name)
    for side in DocumentVerificationStore.Side.allCases {
      var last: String?
      repeat {
        let keys = try await store.keys(of: side, after: last, limit: options.chunkSize, connection)
        // The root rows have told everything but the documents that have none.
        let found = try await store.differences(keys, connection).filter { side == .roots || $0.kind == .extra }
        let suspects = found.map(\.key)
        if side == .roots { result.checked += keys.count }
        progress(projection.name, result.checked)
        try await settle(suspects, store, connection, &result)
        last = keys.count < options.chunkSize ? nil : keys.last
      } while last != nil
    }
    return result
  }

  private func settle(
    _ suspects: [String], _ store: DocumentVerificationStore, _ connection: Connection, _ result: inout VerificationResult
  ) async throws {
    var open = suspects
    var before: [String: DocumentVerificationStore.Difference] = [:]
    for _ in 0..<max(options.attempts, 1) where !open.isEmpty {
      try await barrier.pass()
      var moving: [String] = []
      for found in try await store.differences(open, connection) {
        // Twice the same document in front of the same rows, with everything applied in between.
        guard before[found.key] == found else {
          before[found.key] = found
          moving.append(found.key)
          continue
        }
        var difference = VerificationResult.Difference(kind: found.kind.rawValue, key: [found.key])
        if options.repairs {
          try await projection.recompute([found.key], on: connection)
          difference.isRepaired = true
        }
        if options.showsValues {
          difference.values = ["body": VerificationResult.Pair(source: found.expected, mirror: found.stored)]
        }
        result.note(difference, kind: found.kind, sampleLimit: options.sampleLimit)
      }
      open = moving
    }
    result.unsettled += open.count
  }
}
