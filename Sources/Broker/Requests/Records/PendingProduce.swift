/// One produce request between its appends and the answer: partitions become durable one after the other.
final class PendingProduce {
  /// Which partition of the request.
  struct Place: Hashable {
    var topic: Int
    var partition: Int
  }

  let connectionID: Int
  var response = ProduceResponse()
  private var waiting: Set<Place> = []
  private var hasStarted = false
  private var hasFailed = false
  private var answer: ((ProduceResponse, _ failed: Bool) -> Void)?
  private var timeout: (any ScheduledWork)?

  init(connectionID: Int, answer: @escaping (ProduceResponse, _ failed: Bool) -> Void) {
    self.connectionID = connectionID
    self.answer = answer
  }

  func appended(_ place: Place, _ result: AppendResult, logStartOffset: Int64) {
    waiting.insert(place)
    change(place) { partition in
      partition.baseOffset = result.baseOffset
      partition.logAppendTimeMilliseconds = result.logAppendTime
      partition.logStartOffset = logStartOffset
    }
  }

  func durable(_ place: Place) {
    waiting.remove(place)
    answerWhenDone()
  }

  func fail(_ place: Place, _ code: ErrorCode, _ message: String) {
    waiting.remove(place)
    hasFailed = true
    change(place) { partition in
      partition.errorCode = code
      partition.errorMessage = message
      partition.baseOffset = -1
      partition.logAppendTimeMilliseconds = -1
    }
    answerWhenDone()
  }

  /// Answers at once when nothing waits, else when all is durable or the client's time is over.
  func allStarted(timeoutMilliseconds: Int64, _ scheduler: any Scheduler) {
    hasStarted = true
    answerWhenDone()
    guard answer != nil else { return }
    timeout = scheduler.schedule(afterMilliseconds: timeoutMilliseconds) { [self] in
      for place in waiting { fail(place, .requestTimedOut, "the disk has not confirmed the records within \(timeoutMilliseconds) ms") }
    }
  }

  private func answerWhenDone() {
    guard hasStarted, waiting.isEmpty, let answer else { return }
    self.answer = nil
    timeout?.cancel()
    answer(response, hasFailed)
  }

  private func change(_ place: Place, _ body: (inout ProduceResponse.TopicProduceResponse.PartitionProduceResponse) -> Void) {
    body(&response.responses[place.topic].partitionResponses[place.partition])
  }
}
