/// A record and who handles it.
struct EventCall {
  enum Work {
    /// An event, and the number of its closure.
    case event(IncomingEvent, Int)
    /// A change of a row, and the number of its table's route.
    case change(Int)
  }

  /// The record's place among those that the handler was given.
  var index: Int
  /// By which repeats are told.
  var id: String?
  /// For messages.
  var what: String
  var work: Work
}
