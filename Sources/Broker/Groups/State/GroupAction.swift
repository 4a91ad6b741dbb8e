/// What a ``ClassicGroup`` wants done after a step. The coordinator does it in this order.
enum GroupAction: Equatable, Sendable {
  /// Answers the join with this ticket.
  case answerJoin(Int, JoinGroupResponse)
  /// Answers the sync with this ticket.
  case answerSync(Int, SyncGroupResponse)
  /// (Re)starts the session of a member; when it ends, ``ClassicGroup/sessionExpired(_:now:)`` follows.
  case armSession(memberID: String, milliseconds: Int32)
  case cancelSession(memberID: String)
  /// (Re)starts the wait for members to join; when it ends, ``ClassicGroup/joinExpired(now:)`` follows. A gathering delay is a wait for
  /// members that nobody knows of, so that being late does nobody harm.
  case armJoin(milliseconds: Int32, isGathering: Bool)
  case cancelJoin
  /// (Re)starts the wait for members to sync; when it ends, ``ClassicGroup/syncExpired(now:)`` follows.
  case armSync(milliseconds: Int32)
  case cancelSync
  /// Tells the operator what happens and why.
  case note(String)
  /// Writes the group's record; when that is done, ``ClassicGroup/saved(_:error:now:)`` follows.
  case save(GroupMetadataValue, GroupSave)
}
