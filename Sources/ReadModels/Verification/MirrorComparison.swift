internal import ChangeEvents
public import Postgres

/// Proves that a mirror holds what its source holds: reads both sides in the order of their keys, in chunks, and compares a digest of each
/// row's values. Tables without a primary key are compared as multisets.
///
/// Both sides are read from a snapshot each, which do not belong together: the answer counts only while nothing is written and nothing is
/// on its way. Memory is bounded by the chunk size; each side sorts its table once.
///
/// Values are compared as the events carry them: where the connector's modes lose something (an interval in microseconds, a numeric as a
/// double, a time in milliseconds), what is left is compared.
public struct MirrorComparison: Sendable {
  /// The mirrors to compare.
  public let mirrors: MirrorSet
  /// Rows fetched at a time from each side; default 10,000.
  public var chunkSize: Int
  /// The most differences that are kept as samples; default 10.
  public var sampleLimit: Int

  /// Compares `mirrors` with their sources.
  public init(_ mirrors: MirrorSet, chunkSize: Int = 10_000, sampleLimit: Int = 10) {
    self.mirrors = mirrors
    self.chunkSize = chunkSize
    self.sampleLimit = sampleLimit
  }

  /// Compares all tables, one after the other.
  ///
  /// - Parameters:
  ///   - source: A connection to the source database; nothing is written to it.
  ///   - mirror: A connection to the read database; nothing is written to it.
  public func run(source: Connection, mirror: Connection) async throws -> [MirrorComparisonResult] {
    var results: [MirrorComparisonResult] = []
    for definition in mirrors.definitions { results.append(try await compare(definition, source: source, mirror: mirror)) }
    return results
  }

  /// Compares one table.
  public func compare(
    _ definition: MirrorDefinition, source: Connection, mirror: Connection
  ) async throws -> MirrorComparisonResult {
    let left = MirrorComparisonStore(definition: definition, options: mirrors.options, isSource: true)
    let right = MirrorComparisonStore(definition: definition, options: mirrors.options, isSource: false)
    let (chunkSize, sampleLimit) = (chunkSize, sampleLimit)
    return try await left.reading(source, chunkSize) { left in
      try await right.reading(mirror, chunkSize) { right in
        var (left, right) = (left, right)
        var merge = DigestMerge(table: definition.sourceName, sampleLimit: sampleLimit)
        while !merge.isFinished {
          if merge.needsSource { merge.add(source: try await left.next()) }
          if merge.needsMirror { merge.add(mirror: try await right.next()) }
        }
        for (index, sample) in merge.result.samples.enumerated() where sample.kind == .different {
          let mine = try await left.columnDigests(of: sample.key)
          let theirs = try await right.columnDigests(of: sample.key)
          let names = definition.columns.map(\.name)
          merge.explain(sample: index, columns: zip(names, zip(mine, theirs)).filter { $1.0 != $1.1 }.map(\.0))
        }
        return merge.result
      }
    }
  }
}
