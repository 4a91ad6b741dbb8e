extension Duration {
  /// Whole milliseconds, rounded up and held within what a C `int` carries.
  var milliseconds: Int {
    let (seconds, attoseconds) = components
    guard seconds < 2_000_000 else { return 2_000_000_000 }
    guard seconds > -2_000_000 else { return -2_000_000_000 }
    return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  /// The same for librdkafka's timeouts, where a negative number would mean forever.
  var timeout: Int32 { Int32(Swift.max(0, milliseconds)) }
}
