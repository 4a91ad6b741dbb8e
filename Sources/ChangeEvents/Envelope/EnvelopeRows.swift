/// The shapes of an envelope's rows; nil for those that it does not have.
struct EnvelopeRows {
  var before: RowShape?
  var after: RowShape?
  var message: RowShape?
}
