/// How far a batch has come into the queue.
struct EnqueueProgress {
  /// The delivery's number in the table.
  var number: UInt32
  /// The first record that is not in the queue yet.
  var next = 0
  /// Records that were refused on the spot, not reported yet.
  var failures: [DeliveryFailure] = []

  init(number: UInt32) {
    self.number = number
  }
}
