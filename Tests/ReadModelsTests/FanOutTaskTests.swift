import TestSupport
import Testing

@testable import ReadModels

/// The walk over the documents of one value, without a database: whatever changes come while it goes, at its end each place was visited
/// behind each change.
@Suite struct FanOutTaskTests {
  static let name = FanOutTask.Name(document: "d", path: "p", value: "7")

  static func task(lsn: Int64 = 10) -> FanOutTask { FanOutTask(name: name, lsn: lsn, firstLSN: lsn, roundLSN: lsn) }

  /// A step over `places`, three at a time.
  static func page(_ task: FanOutTask, _ places: [String]) -> (values: [String], isLast: Bool) {
    let after = places.filter { place in (task.cursor.map { place > $0 } ?? true) && (task.bound.map { place <= $0 } ?? true) }
    return (Array(after.prefix(3)), after.count < 3)
  }

  @Test(arguments: 0..<10) func aWalkThatNothingDisturbsVisitsEachPlaceOnce(_ count: Int) {
    let places = (0..<count).map { "k\($0)" }
    var task = Self.task()
    var visited: [String] = []
    var isOver = false
    while !isOver {
      let (page, isLast) = Self.page(task, places)
      visited += page
      isOver = task.stepped(page, isLast: isLast, begun: task)
    }
    #expect(visited == places)
  }

  @Test func everyChangeIsSeenByEveryPlaceWhateverComesInBetween() {
    for seed in 0..<2000 as Range<UInt64> {
      var generator = SeededRandom(seed: seed)
      let places = (0..<Int.random(in: 0...12, using: &generator)).map { "k\($0 + 10)" }
      var task = Self.task()
      // The change that each place shows; the newest committed one.
      var shown: [String: Int64] = [:]
      var committed: Int64 = 10
      var changesLeft = Int.random(in: 0...6, using: &generator)
      var isOver = false
      var steps = 0
      func change() {
        committed += 1
        changesLeft -= 1
        task.changed(lsn: committed)
      }
      while !isOver, steps < 200 {
        steps += 1
        if changesLeft > 0, Bool.random(using: &generator) { change() }
        let begun = task
        let (page, isLast) = Self.page(begun, places)
        // The step reads what is committed now; a change that comes before it moves the cursor is not in what it wrote.
        for place in page { shown[place] = committed }
        while changesLeft > 0, Int.random(in: 0..<4, using: &generator) == 0 { change() }
        isOver = task.stepped(page, isLast: isLast, begun: begun)
        let behind = places.map { shown[$0] ?? 9 }.filter { $0 < task.firstLSN - 1 }
        #expect(isOver || behind.isEmpty, "seed \(seed): a place is behind what the task says to be shown everywhere")
      }
      #expect(isOver, "seed \(seed)")
      #expect(places.allSatisfy { shown[$0] == committed }, "seed \(seed): \(shown) \(committed)")
    }
  }

  @Test func changesThatNeverEndDoNotKeepAPlaceFromBeingVisited() {
    let places = (0..<10).map { "k\($0)" }
    var task = Self.task()
    var visits: [String: Int] = [:]
    for step in 1...40 {
      let begun = task
      let (page, isLast) = Self.page(begun, places)
      for place in page { visits[place, default: 0] += 1 }
      task.changed(lsn: 10 + Int64(step))
      let isOver = task.stepped(page, isLast: isLast, begun: begun)
      #expect(!isOver)
    }
    #expect(places.allSatisfy { visits[$0, default: 0] >= 8 })
    #expect(task.firstLSN > 30, "what was changed two rounds ago is shown: \(task.firstLSN)")
  }

  @Test func anOlderChangeThatComesLateHoldsBack() {
    var task = Self.task(lsn: 100)
    _ = task.stepped(["a", "b", "c"], isLast: false, begun: task)
    task.changed(lsn: 90)
    #expect(task.lsn == 100)
    #expect(task.firstLSN == 90)
    _ = task.stepped(["d"], isLast: true, begun: task)
    #expect(task.firstLSN == 90, "places before the cursor have not seen it yet")
    let isOver = task.stepped(["a", "b", "c"], isLast: true, begun: task)
    #expect(isOver)
  }
}

@Suite struct FanOutPaceTests {
  @Test func followsTheTimeThatStepsTake() {
    var pace = FanOutPace(target: .milliseconds(100), limit: 1000)
    #expect(pace.size == 100)
    pace.took(.milliseconds(10), documents: 100)
    #expect(pace.size == 200, "twice at the most")
    pace.took(.milliseconds(80), documents: 200)
    #expect(pace.size == 250)
    pace.took(.milliseconds(10), documents: 20)
    #expect(pace.size == 250, "a step that was not full says nothing")
    for _ in 0..<10 { pace.took(.milliseconds(1), documents: pace.size) }
    #expect(pace.size == 1000)
    pace.took(.milliseconds(200), documents: 1000)
    #expect(pace.size == 500)
    for _ in 0..<20 { pace.failed() }
    #expect(pace.size == 1)
    pace.took(.seconds(5), documents: 1)
    #expect(pace.size == 1)
  }
}

@Suite struct FanOutPathTests {
  @Test func allWaysOfADeclaration() {
    let names = Set(FanOutPath.all(of: Shop.product).map(\.name))
    #expect(
      names == ["products.id", "options.group_id>option_groups.id:product_id", "brands.id>products.brand_id:id"])
  }
}
