/// A group with what belongs to it outside its state machine: its deadlines, and the actions that are still to be done.
final class GroupEntry {
  var group: ClassicGroup
  var sessions: [String: GroupDeadline] = [:]
  var joinDeadline: GroupDeadline?
  var syncDeadline: GroupDeadline?
  /// Actions in the order in which the group asked for them. An answer may bring the next request before the action after it was done.
  var actions: [GroupAction] = []
  var isActing = false

  init(_ group: ClassicGroup) { self.group = group }

  func cancelDeadlines() {
    for session in sessions.values { session.cancel() }
    sessions = [:]
    joinDeadline?.cancel()
    joinDeadline = nil
    syncDeadline?.cancel()
    syncDeadline = nil
  }
}
