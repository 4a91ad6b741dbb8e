import Dispatch
import Testing

@testable import Broker

@Suite struct LogFlusherTests {
  /// A log of which only the end moves.
  final class FakeLog: FlushableLog {
    let partition: TopicPartition
    let folder: TemporaryFolder
    var end: Int64 = 0
    var flushed: Int64 = 0
    var syncs = 0
    var offline: LogError?
    /// Hands out a descriptor that cannot be synced.
    var breaks = false

    init(_ number: Int32, _ folder: TemporaryFolder) {
      partition = TopicPartition(topic: "t", partition: number)
      self.folder = folder
    }

    func prepareFlush() throws(LogError) -> PendingFlush? {
      guard end > flushed else { return nil }
      syncs += 1
      let descriptor = breaks ? -1 : try FileOperations().open(folder.path("f\(partition.partition)"), create: true)
      return PendingFlush(upTo: end, descriptors: [descriptor], folder: folder.path)
    }

    func markFlushed(upTo offset: Int64) { flushed = offset }
    func takeOffline(_ error: LogError) { offline = error }
  }

  let folder = TemporaryFolder()
  let loop = HandLoop()
  let scheduler = ManualScheduler()
  let queue = DispatchQueue(label: "test.flush")

  func flusher(_ policy: FlushPolicy) -> LogFlusher {
    let loop = loop
    return LogFlusher(policy: policy, scheduler: scheduler, onLoop: { loop.execute($0) }, queue: queue)
  }

  @Test("under every-batch, what comes during a sync shares the next one")
  func groupCommit() throws {
    let flusher = flusher(.everyBatch)
    let log = FakeLog(0, folder)
    var done: [Int] = []
    queue.suspend()
    for number in 1...100 {
      log.end = Int64(number)
      flusher.whenDurable(log, upTo: Int64(number)) {
        #expect($0); done.append(number)
      }
    }
    #expect(done.isEmpty)
    queue.resume()
    #expect(loop.runNext())
    #expect(done == [1])
    #expect(log.flushed == 1)
    #expect(loop.runNext())
    #expect(done == Array(1...100))
    #expect(log.flushed == 100)
    #expect(log.syncs == 2)
    #expect(loop.isEmpty)
  }

  @Test("under every-batch, several logs are synced in one round, each with its own answers")
  func severalLogs() {
    let flusher = flusher(.everyBatch)
    let logs = (0..<3).map { FakeLog($0, folder) }
    var done: [Int32] = []
    queue.suspend()
    for log in logs {
      log.end = 5
      flusher.whenDurable(log, upTo: 5) { _ in done.append(log.partition.partition) }
    }
    queue.resume()
    #expect(loop.runNext())
    #expect(done == [0])
    #expect(loop.runNext())
    #expect(Set(done) == [0, 1, 2])
  }

  @Test("a failed sync takes that log offline, for good, and no other")
  func failure() {
    let flusher = flusher(.everyBatch)
    let (broken, healthy) = (FakeLog(0, folder), FakeLog(1, folder))
    broken.breaks = true
    broken.end = 1
    healthy.end = 1
    var answers: [String] = []
    flusher.whenDurable(broken, upTo: 1) { answers.append("broken \($0)") }
    flusher.whenDurable(healthy, upTo: 1) { answers.append("healthy \($0)") }
    #expect(loop.runNext())
    #expect(loop.runNext())
    #expect(answers == ["broken false", "healthy true"])
    #expect(broken.offline != nil)
    broken.breaks = false
    flusher.whenDurable(broken, upTo: 1) { answers.append("broken \($0)") }
    #expect(answers.last == "broken false")
    #expect(broken.syncs == 1)
    #expect(broken.flushed == 0)
  }

  @Test("under an interval, producers do not wait, and what is dirty is synced once it has passed")
  func interval() {
    let flusher = flusher(.interval(milliseconds: 1000))
    let log = FakeLog(0, folder)
    var answers = 0
    for number in 1...10 {
      log.end = Int64(number)
      flusher.whenDurable(log, upTo: Int64(number)) {
        #expect($0); answers += 1
      }
    }
    #expect(answers == 10)
    scheduler.advance(byMilliseconds: 999)
    #expect(log.syncs == 0)
    scheduler.advance(byMilliseconds: 1)
    #expect(loop.runNext())
    #expect(log.flushed == 10)
    #expect(log.syncs == 1)
    scheduler.advance(byMilliseconds: 10_000)
    #expect(log.syncs == 1)
  }

  @Test("under an interval, what comes during a sync is synced after the next interval, also when nothing more comes")
  func intervalDuringASync() {
    let flusher = flusher(.interval(milliseconds: 1000))
    let log = FakeLog(0, folder)
    log.end = 1
    flusher.whenDurable(log, upTo: 1)
    queue.suspend()
    scheduler.advance(byMilliseconds: 1000)
    log.end = 2
    flusher.whenDurable(log, upTo: 2)
    // Its time comes while the slow disk still works on the first.
    scheduler.advance(byMilliseconds: 1000)
    queue.resume()
    #expect(loop.runNext())
    #expect(log.flushed == 1)
    scheduler.advance(byMilliseconds: 1000)
    #expect(loop.runNext())
    #expect(log.flushed == 2)
  }

  @Test("under os, nothing is synced but at a clean shutdown")
  func os() {
    let flusher = flusher(.os)
    let log = FakeLog(0, folder)
    log.end = 3
    var answers = 0
    flusher.whenDurable(log, upTo: 3) {
      #expect($0); answers += 1
    }
    scheduler.advance(byMilliseconds: 1_000_000)
    #expect(answers == 1)
    #expect(log.syncs == 0)
    flusher.flushAll([log]) { answers += 1 }
    #expect(answers == 1)
    #expect(loop.runNext())
    #expect(answers == 2)
    #expect(log.flushed == 3)
  }

  @Test("a shutdown waits for the sync under way and for what came during it")
  func shutdown() {
    let flusher = flusher(.everyBatch)
    let log = FakeLog(0, folder)
    queue.suspend()
    log.end = 1
    flusher.whenDurable(log, upTo: 1)
    log.end = 2
    flusher.whenDurable(log, upTo: 2)
    var isDone = false
    flusher.flushAll { isDone = true }
    queue.resume()
    #expect(loop.runNext())
    #expect(!isDone)
    #expect(loop.runNext())
    #expect(isDone)
    #expect(log.flushed == 2)
    var isDoneAgain = false
    flusher.flushAll { isDoneAgain = true }
    #expect(isDoneAgain)
  }

  @Test("who waits for a log that is deleted is told")
  func forgotten() {
    let flusher = flusher(.everyBatch)
    let log = FakeLog(0, folder)
    log.end = 1
    var answer: Bool?
    flusher.whenDurable(log, upTo: 1) { answer = $0 }
    flusher.forget(log)
    #expect(answer == false)
    #expect(loop.runNext())
    #expect(log.flushed == 0)
  }
}
