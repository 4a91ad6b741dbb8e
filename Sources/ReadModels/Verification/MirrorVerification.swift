internal import ChangeEvents
public import Postgres
public import Syncer

/// Compares mirrors with their sources while both are written to, and mends what differs.
///
/// Both sides are read in chunks of keys, each by itself: no transaction stays open. A row that differs is only suspected, as it may be on its
/// way; suspects are settled by ``DriftVerdict`` after the read side has passed a ``Barrier``. Rows that only the mirror has are found by going
/// through the mirror's keys as well.
///
/// Tables without a primary key are compared as multisets of their rows' digests; they are not mended, because what is missing has no place.
public struct MirrorVerification: Sendable {
  /// The mirrors to verify.
  public let mirrors: MirrorSet
  /// How.
  public var options: VerificationOptions
  private let barrier: any Barrier
  private let progress: @Sendable (_ table: String, _ checked: Int) -> Void

  /// - Parameters:
  ///   - barrier: knows when the mirrors have caught up.
  ///   - progress: told after each chunk.
  public init(
    _ mirrors: MirrorSet, options: VerificationOptions = VerificationOptions(), barrier: any Barrier,
    progress: @escaping @Sendable (_ table: String, _ checked: Int) -> Void = { _, _ in }
  ) {
    self.mirrors = mirrors
    self.options = options
    self.barrier = barrier
    self.progress = progress
  }

  /// Verifies one table.
  ///
  /// - Parameters:
  ///   - definition: One of ``mirrors``.
  ///   - source: A connection to the source; settings of its session are changed, nothing is written.
  ///   - mirror: A connection to the read database; written to only where `options` says so.
  public func run(_ definition: MirrorDefinition, source: Connection, mirror: Connection) async throws -> VerificationResult {
    let sides = Sides(
      left: MirrorVerificationStore(definition: definition, options: mirrors.options, isSource: true),
      right: MirrorVerificationStore(definition: definition, options: mirrors.options, isSource: false), source: source, mirror: mirror)
    for connection in [source, mirror] { try await connection.executeScript(MirrorVerificationStore.session) }
    guard !definition.isKeyless else { return try await runKeyless(definition, source: source, mirror: mirror) }
    var result = VerificationResult(name: definition.sourceName)
    // The source's rows: what the mirror lacks, and what it has otherwise.
    var last: [String]?
    repeat {
      let chunk = try await sides.left.chunk(after: last, limit: options.chunkSize, source)
      let there = try await sides.right.rows(of: chunk.map(\.key), mirror)
      let suspects = chunk.filter { there[$0.key]?.digest != $0.row.digest }.map(\.key)
      result.checked += chunk.count
      progress(definition.sourceName, result.checked)
      try await settle(suspects, sides, &result)
      last = chunk.count < options.chunkSize ? nil : chunk.last?.key
    } while last != nil
    // The mirror's: what the source has no more.
    repeat {
      let chunk = try await sides.right.chunk(after: last, limit: options.chunkSize, mirror)
      let there = try await sides.left.rows(of: chunk.map(\.key), source)
      let suspects = chunk.filter { there[$0.key] == nil }.map(\.key)
      try await settle(suspects, sides, &result)
      last = chunk.count < options.chunkSize ? nil : chunk.last?.key
    } while last != nil
    return result
  }

  private struct Sides {
    let left: MirrorVerificationStore
    let right: MirrorVerificationStore
    let source: Connection
    let mirror: Connection
  }

  /// Finds out about suspects, and mends what is to be mended.
  private func settle(_ suspects: [[String]], _ sides: Sides, _ result: inout VerificationResult) async throws {
    var open = suspects
    for _ in 0..<max(options.attempts, 1) where !open.isEmpty {
      let first = try await sides.left.rows(of: open, sides.source)
      try await barrier.pass()
      let there = try await sides.right.rows(of: open, sides.mirror)
      let second = try await sides.left.rows(of: open, sides.source)
      var moving: [[String]] = []
      for key in open {
        switch DriftVerdict(first: first[key], mirror: there[key], second: second[key]) {
        case .equal: break
        case .moving: moving.append(key)
        case .drift(let kind):
          var difference = try await describe(key, kind, sides)
          if options.repairs {
            guard try await repair(key, kind, over: there[key]?.version, sides) else {
              // It moved between the comparison and the repair.
              moving.append(key)
              continue
            }
            difference.isRepaired = true
          }
          result.note(difference, kind: kind, sampleLimit: options.sampleLimit)
        }
      }
      open = moving
    }
    result.unsettled += open.count
  }

  private func describe(
    _ key: [String], _ kind: MirrorDifference.Kind, _ sides: Sides
  ) async throws -> VerificationResult.Difference {
    var difference = VerificationResult.Difference(kind: kind.rawValue, key: key)
    guard kind == .different || options.showsValues else { return difference }
    let mine = try await sides.left.values(of: key, sides.source)
    let theirs = try await sides.right.values(of: key, sides.mirror)
    let names = sides.left.definition.columns.map(\.name)
    if let mine, let theirs { difference.columns = names.indices.filter { mine[$0] != theirs[$0] }.map { names[$0] } }
    guard options.showsValues else { return difference }
    var values: [String: VerificationResult.Pair] = [:]
    for (index, name) in names.enumerated() where difference.columns.isEmpty || difference.columns.contains(name) {
      values[name] = VerificationResult.Pair(source: mine?[index], mirror: theirs?[index])
    }
    difference.values = values
    return difference
  }

  /// False where either side has moved on.
  private func repair(
    _ key: [String], _ kind: MirrorDifference.Kind, over stored: String?, _ sides: Sides
  ) async throws -> Bool {
    let store = MirrorRepairStore(definition: sides.left.definition)
    let values = try await store.sourceRow(key, sides.source)
    return try await sides.mirror.transaction { transaction in
      switch (kind, values, stored) {
      case (.extra, nil, let stored?): try await store.remove(key, over: stored, transaction)
      case (.missing, let values?, nil), (.different, let values?, _?):
        try await store.write(values, key: key, over: stored, transaction)
      default: false
      }
    }
  }

  /// Two comparisons, with the barrier between them: what differs in both, and is the same in both, is drift.
  private func runKeyless(
    _ definition: MirrorDefinition, source: Connection, mirror: Connection
  ) async throws -> VerificationResult {
    var result = VerificationResult(name: definition.sourceName)
    let comparison = MirrorComparison(mirrors, chunkSize: options.chunkSize, sampleLimit: options.sampleLimit)
    var last: MirrorComparisonResult?
    for _ in 0..<max(options.attempts, 1) {
      let found = try await comparison.compare(definition, source: source, mirror: mirror)
      result.checked = found.sourceRows
      progress(definition.sourceName, result.checked)
      if found.isEqual { return result }
      if let last, last.samples == found.samples, (last.missing, last.extra) == (found.missing, found.extra) {
        result.missing = found.missing
        result.extra = found.extra
        result.samples = found.samples.map { VerificationResult.Difference(kind: $0.kind.rawValue, key: [$0.key]) }
        return result
      }
      last = found
      try await barrier.pass()
    }
    result.unsettled = last?.differences ?? 0
    return result
  }
}
