/// What became of one step of a fan-out.
enum FanOutStep: Sendable, Hashable {
  /// Another worker has the task, or it is done by now.
  case taken
  /// So many documents were recomputed. `isOver`: the task is done.
  case stepped(documents: Int, isOver: Bool)
}
