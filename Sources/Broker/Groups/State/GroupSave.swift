internal import NIOCore

/// Why a group's record is written, and what hangs on its success.
enum GroupSave: Equatable, Sendable {
  /// The group became empty; nobody waits.
  case empty
  /// The leader's assignment: the members get it once it is durable.
  case assignment(generation: Int32, [String: ByteBuffer])
  /// A static member came back under a new ID: it is answered once that is durable.
  case staticMember(StaticReplacement)

  /// A static member that took another one's place.
  struct StaticReplacement: Equatable, Sendable {
    var generation: Int32
    /// The member as it was, to be restored when the record cannot be written.
    var old: GroupMember
    var newMemberID: String
    var oldLeader: String?
    /// Whether the client knows `SkipAssignment` (KIP-814).
    var supportsSkippingAssignment: Bool
  }
}
