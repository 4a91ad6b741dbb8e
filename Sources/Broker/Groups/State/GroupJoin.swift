/// A join, with what the group needs to know about who asks.
struct GroupJoin {
  var request: JoinGroupRequest
  /// The ID that the member gets when it has none.
  var newMemberID: String
  var clientID: String
  var clientHost: String
  var apiVersion: Int16
  /// Under which the answer is awaited.
  var ticket: Int

  /// From version 4 on a dynamic member first gets an ID and joins with it, so that retries leave no ghosts behind (KIP-394).
  var requiresKnownMemberID: Bool { apiVersion >= 4 }
  /// From version 9 on a leader can be told not to assign (KIP-814).
  var supportsSkippingAssignment: Bool { apiVersion >= 9 }
  /// Why the client says it joins (KIP-800), as far as it is told.
  var reason: String { Self.shortened(request.reason) }

  /// A client's reason, cut to what Kafka's clients send at most.
  static func shortened(_ reason: String?) -> String {
    guard let reason, !reason.isEmpty else { return "not provided" }
    return String(String.UnicodeScalarView(reason.unicodeScalars.prefix(255)))
  }

  /// Version 0 has no rebalance timeout.
  var rebalanceTimeout: Int32 {
    request.rebalanceTimeoutMilliseconds < 0 ? request.sessionTimeoutMilliseconds : request.rebalanceTimeoutMilliseconds
  }
}
