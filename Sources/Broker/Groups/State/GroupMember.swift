internal import NIOCore

/// A member of a group of the classic protocol (Kafka's ClassicGroupMember).
struct GroupMember: Equatable, Sendable {
  typealias SupportedProtocol = JoinGroupRequest.JoinGroupRequestProtocol

  var memberID: String
  /// Given by the user for a static member (KIP-345).
  var groupInstanceID: String?
  var clientID: String
  var clientHost: String
  /// How long the others wait for this member to join again, in milliseconds.
  var rebalanceTimeout: Int32
  /// How long the member may be silent, in milliseconds.
  var sessionTimeout: Int32
  /// What the member supports, the preferred one first, each with metadata that only the members read.
  var protocols: [SupportedProtocol]
  var assignment = ByteBuffer()
  /// Until its first join is answered.
  var isNew = false
  /// The join that waits for an answer.
  var joinTicket: Int?
  /// The sync that waits for an answer.
  var syncTicket: Int?
  /// The order in which members came: whatever is chosen among members is chosen the same way each time.
  var order = 0

  var isAwaitingJoin: Bool { joinTicket != nil }
  var isAwaitingSync: Bool { syncTicket != nil }

  func supports(_ name: String) -> Bool { protocols.contains { $0.name == name } }

  /// The metadata for a protocol; empty for one that the member does not support.
  func metadata(for name: String?) -> ByteBuffer { protocols.first { $0.name == name }?.metadata ?? ByteBuffer() }

  /// The first protocol of the member's that is among `candidates`.
  func vote(among candidates: Set<String>) -> String? { protocols.first { candidates.contains($0.name) }?.name }
}
