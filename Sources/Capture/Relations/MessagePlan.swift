/// What becomes of logical messages.
enum MessagePlan {
  case drop
  case send(RecordShape)
  /// The transforms have to look into them, though they need not look into rows.
  case lookInside(RecordShape)
}
