/// One column of a tuple in a pgoutput message.
enum TupleField: Hashable, Sendable {
  case null
  /// A TOASTed value that the change did not touch: the stream does not carry it.
  case unchanged
  /// The value's text form: a range of the message.
  case text(Range<Int>)
  /// The value's binary form (only with the option `binary`, which we never ask for).
  case binary(Range<Int>)
}
