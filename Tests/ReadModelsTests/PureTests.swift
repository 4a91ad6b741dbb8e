import Testing

@testable import ReadModels

@Suite struct CommitSequenceTests {
  @Test(arguments: [
    (#"["24023128","24023184"]"#, Int64(24_023_128)), (#"[null,"24023184"]"#, nil), ("[]", nil), ("", nil),
    (#"["99999999999999999999","1"]"#, nil), (#"["7",null]"#, 7),
  ])
  func readsTheLastCommit(_ text: String, _ expected: Int64?) {
    #expect(CommitSequence.lastCommit(text.utf8) == expected)
  }

  @Test(
    arguments: [
      (#"["1","22"]"#, 22), (#"[null,"22"]"#, 22), (#"["1", "9223372036854775807"]"#, .max), (#"["1","9223372036854775808"]"#, nil),
      (#"["1",null]"#, nil), (#"["1"]"#, nil), ("", nil), ("[,]", nil), (#"["x","22"]"#, 22),
    ] as [(String, Int64?)])
  func readsThePosition(_ text: String, _ expected: Int64?) {
    #expect(CommitSequence.position(text.utf8) == expected)
  }
}

@Suite struct ColumnMaskTests {
  @Test func holdsColumnsBeyondTheFirstWord() {
    var mask = ColumnMask()
    for column in [0, 63, 64, 1599] { mask.insert(column) }
    for column in [0, 63, 64, 1599] { #expect(mask.contains(column)) }
    for column in [1, 62, 65, 1598, 1600, 5000] { #expect(!mask.contains(column)) }
  }
}

@Suite struct DocumentLocksTests {
  @Test func namesComeBeforeValuesAndThoseOfOneNameAreSorted() {
    var locks = DocumentLocks()
    locks.add("a", (0..<50).map(String.init), shared: true)
    locks.add("b", ["1"], shared: false)
    let ordered = locks.ordered()
    #expect(ordered.count == 53)
    #expect(ordered.prefix(2).map(\.isShared) == [true, true])
    #expect(ordered.prefix(2).map(\.key) == ordered.prefix(2).map(\.key).sorted())
    let values = ordered.dropFirst(2).filter(\.isShared).map(\.key)
    #expect(values.count == 50 && values == values.sorted())
    #expect(ordered.filter { !$0.isShared }.map(\.key) == [LockID(name: "b", value: "1").key])
  }

  @Test func exclusiveWinsOverShared() {
    var locks = DocumentLocks()
    locks.add("a", ["1"], shared: true)
    locks.add("a", ["1"], shared: false)
    #expect(locks.ordered().last == .init(key: LockID(name: "a", value: "1").key, isShared: false))
  }

  @Test func manyValuesAreLockedAsOne() {
    var locks = DocumentLocks()
    locks.add("a", (0...50).map(String.init), shared: true)
    #expect(locks.ordered(limit: 51).count == 52)
    #expect(locks.ordered(limit: 50) == [.init(key: LockID(whole: "a").key, isShared: false)])
  }

  @Test func valuesOfTwoNamesDoNotInterleave() {
    var locks = DocumentLocks()
    for name in ["a", "b"] { locks.add(name, (0..<50).map(String.init), shared: false) }
    let first = Set((0..<50).map { LockID(name: "a", value: String($0)).key })
    let ranks = locks.ordered().filter { !$0.isShared }.map { first.contains($0.key) }
    #expect(zip(ranks, ranks.dropFirst()).count { $0 != $1 } == 1)
  }

  @Test func twoLargeBatchesOfOtherDocumentsHaveNoLockInCommon() {
    var (one, other) = (DocumentLocks(), DocumentLocks())
    one.add("document:public.products", (0..<1400).map(String.init), shared: false)
    other.add("document:public.products", (1400..<2800).map(String.init), shared: false)
    let exclusive = [one, other].map { Set($0.ordered().filter { !$0.isShared }.map(\.key)) }
    #expect(exclusive[0].count == 1400 && exclusive[0].isDisjoint(with: exclusive[1]))
  }

  @Test(arguments: [(7808, 4, 1464), (14208, 4, 2664), (7808, 17, 344), (0, 4, 100), (1_000_000, 1, 20_000)])
  func theServersRoomIsSharedOut(capacity: Int, sessions: Int, limit: Int) {
    #expect(LockLimit.limit(capacity: capacity, sessions: sessions) == limit)
  }
}

@Suite struct TouchPlanTests {
  @Test func asksForWhatRulesAndStepsNeed() {
    let plan = TouchPlan(Shop.product)
    #expect(plan.columns(of: "products") == ["brand_id", "id"])
    #expect(plan.columns(of: "option_groups") == ["id", "product_id"])
    #expect(plan.columns(of: "options") == ["group_id"])
    #expect(plan.columns(of: "brands") == ["id"])
    #expect(plan.tables == ["products", "reviews", "option_groups", "options", "brands"])
    #expect(plan.edges.map(\.nearIsShared) == [true, false])
  }
}

@Suite struct DocumentTextTests {
  @Test(arguments: ["1", "", "한국어 / ?", "a-b_c"]) func cursorsComeBack(_ key: String) {
    #expect(DocumentCursor.decode(DocumentCursor.encode(key)) == (key.isEmpty ? nil : key))
  }

  @Test(arguments: ["xyz", "0", "ff", "zz00"]) func foreignCursorsAreRefused(_ text: String) {
    #expect(DocumentCursor.decode(text) == nil)
  }

  @Test(arguments: [
    ("1", "bigint", true), ("-9223372036854775808", "bigint", true), ("9223372036854775808", "bigint", false), ("1.0", "bigint", false),
    ("", "bigint", false), ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "uuid", true), ("a0eebc99", "uuid", false), ("any", "text", true),
    ("nul\0", "text", false),
  ])
  func keysAreChecked(_ text: String, _ type: String, _ isValid: Bool) {
    #expect(DocumentKey.isValid(text, type: type) == isValid)
  }

  @Test func fragmentsNest() {
    #expect(JSONFragment.nested(["tags", "[]", "id"], 7) == #"{"tags":[{"id":7}]}"#)
    #expect(JSONFragment.nested(["a\"b"], "x\n\\") == #"{"a\"b":"x\u000a\\"}"#)
  }
}

@Suite struct DigestMergeTests {
  static func rows(_ text: String) -> [RowDigest] {
    text.split(separator: " ").map { pair in
      let parts = pair.split(separator: "=")
      return RowDigest(key: Array(parts[0].utf8), digest: Array(parts[1].utf8), count: 1)
    }
  }

  /// Feeds both sides in chunks of different sizes.
  static func merge(_ source: String, _ mirror: String, chunk: Int) -> MirrorComparisonResult {
    var merge = DigestMerge(table: "t", sampleLimit: 10)
    var left = rows(source)[...]
    var right = rows(mirror)[...]
    while !merge.isFinished {
      if merge.needsSource {
        merge.add(source: Array(left.prefix(chunk)))
        left = left.dropFirst(chunk)
      }
      if merge.needsMirror {
        merge.add(mirror: Array(right.prefix(chunk + 1)))
        right = right.dropFirst(chunk + 1)
      }
    }
    return merge.result
  }

  @Test(arguments: [1, 2, 10]) func findsAllKinds(_ chunk: Int) {
    let result = Self.merge("a=1 b=1 c=1 e=1", "b=1 c=2 d=1 e=1 f=1", chunk: chunk)
    #expect(result.samples.map(\.description) == ["missing a", "different c", "extra d", "extra f"])
    #expect([result.missing, result.extra, result.different, result.sourceRows, result.mirrorRows] == [1, 2, 1, 4, 5])
  }

  @Test func equalSidesAndEmptyOnes() {
    #expect(Self.merge("a=1 b=1", "a=1 b=1", chunk: 1).isEqual)
    #expect(Self.merge("", "", chunk: 1).isEqual)
    #expect(Self.merge("", "a=1", chunk: 3).extra == 1)
  }
}
