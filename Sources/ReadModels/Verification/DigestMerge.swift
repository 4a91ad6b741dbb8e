/// Compares two sides that both come in ascending order of their keys, chunk by chunk. Pure: the caller brings the chunks.
struct DigestMerge {
  private(set) var result: MirrorComparisonResult
  private var source: ArraySlice<RowDigest> = []
  private var mirror: ArraySlice<RowDigest> = []
  private var sourceEnded = false
  private var mirrorEnded = false
  private let sampleLimit: Int

  init(table: String, sampleLimit: Int) {
    result = MirrorComparisonResult(table: table)
    self.sampleLimit = sampleLimit
  }

  /// Whether the next chunk of the source is needed to go on.
  var needsSource: Bool { source.isEmpty && !sourceEnded }
  /// Whether the next chunk of the mirror is needed to go on.
  var needsMirror: Bool { mirror.isEmpty && !mirrorEnded }
  /// Whether both sides have been compared to their ends.
  var isFinished: Bool { sourceEnded && mirrorEnded && source.isEmpty && mirror.isEmpty }

  /// Takes the next chunk of the source; an empty one is the end.
  mutating func add(source chunk: [RowDigest]) {
    sourceEnded = chunk.isEmpty
    source = chunk[...]
    result.sourceRows += chunk.reduce(0) { $0 + $1.count }
    merge()
  }

  /// Takes the next chunk of the mirror; an empty one is the end.
  mutating func add(mirror chunk: [RowDigest]) {
    mirrorEnded = chunk.isEmpty
    mirror = chunk[...]
    result.mirrorRows += chunk.reduce(0) { $0 + $1.count }
    merge()
  }

  private mutating func merge() {
    while !needsSource, !needsMirror {
      switch (source.first, mirror.first) {
      case (nil, nil): return
      case (let row?, nil):
        note(.missing, row, row.count)
        source.removeFirst()
      case (nil, let row?):
        note(.extra, row, row.count)
        mirror.removeFirst()
      case (let left?, let right?):
        if left.key == right.key {
          if left.count != right.count {
            note(left.count > right.count ? .missing : .extra, left, abs(left.count - right.count))
          } else if left.digest != right.digest {
            note(.different, left, 1)
          }
          source.removeFirst()
          mirror.removeFirst()
        } else if left.key.lexicographicallyPrecedes(right.key) {
          note(.missing, left, left.count)
          source.removeFirst()
        } else {
          note(.extra, right, right.count)
          mirror.removeFirst()
        }
      }
    }
  }

  private mutating func note(_ kind: MirrorDifference.Kind, _ row: RowDigest, _ count: Int) {
    switch kind {
    case .missing: result.missing += count
    case .extra: result.extra += count
    case .different: result.different += count
    }
    if result.samples.count < sampleLimit {
      result.samples.append(MirrorDifference(kind: kind, key: String(decoding: row.key, as: UTF8.self)))
    }
  }

  /// Puts the names of the differing columns to a sample.
  mutating func explain(sample index: Int, columns: [String]) {
    let sample = result.samples[index]
    result.samples[index] = MirrorDifference(kind: sample.kind, key: sample.key, columns: columns)
  }
}
