/// Answers the APIs of groups and their offsets, as Kafka's KafkaApis does: checks what needs no group, asks the coordinator, and
/// says it in the request's version. Confined to the event loop.
final class GroupRequests {
  /// Where clients find this broker, and so every coordinator.
  struct Endpoint: Equatable, Sendable {
    var nodeID: Int32
    var host: String
    var port: Int32
  }

  let coordinator: GroupCoordinator
  let topics: any TopicLookup
  /// May change once the listener knows its port.
  var endpoint: Endpoint
  /// Whether a producer may write offsets in its transaction now: transactional ID, producer ID, epoch, and whether the client
  /// knows TRANSACTION_ABORTABLE. Without an open transaction that
  /// `__consumer_offsets` belongs to nobody would ever write the marker (KIP-890).
  var verifyTransaction: (String, Int64, Int16, Bool) -> ErrorCode = { _, _, _, _ in .none }

  init(coordinator: GroupCoordinator, topics: any TopicLookup, endpoint: Endpoint) {
    self.coordinator = coordinator
    self.topics = topics
    self.endpoint = endpoint
  }

  func handle(_ request: FindCoordinatorRequest, _ context: RequestContext, reply: @escaping (FindCoordinatorResponse) -> Void) {
    // Groups are 0, transactions 1; share groups (2) are not served here.
    let isKnown = request.keyType == 0 || request.keyType == 1
    let place = isKnown ? endpoint : Endpoint(nodeID: -1, host: "", port: -1)
    let error: ErrorCode = isKnown ? .none : .invalidRequest
    let message = isKnown ? nil : "There is no coordinator of type \(request.keyType)."
    var response = FindCoordinatorResponse()
    guard context.apiVersion >= 4 else {
      response.errorCode = error
      response.errorMessage = message
      response.nodeID = place.nodeID
      response.host = place.host
      response.port = place.port
      return reply(response)
    }
    response.coordinators = request.coordinatorKeys.map { key in
      var found = FindCoordinatorResponse.Coordinator()
      found.key = key
      found.nodeID = place.nodeID
      found.host = place.host
      found.port = place.port
      found.errorCode = error
      found.errorMessage = message
      return found
    }
    reply(response)
  }
}
