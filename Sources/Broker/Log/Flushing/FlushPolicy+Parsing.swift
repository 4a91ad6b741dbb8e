extension FlushPolicy: CustomStringConvertible {
  /// `every-batch`, `os`, `interval` (once a second) or `interval:250` with milliseconds; nil for anything else.
  init?(_ text: String) {
    switch text {
    case "every-batch": self = .everyBatch
    case "os": self = .os
    case "interval": self = .standard
    default:
      guard text.hasPrefix("interval:"), let milliseconds = Int64(text.dropFirst("interval:".count)), milliseconds > 0 else { return nil }
      self = .interval(milliseconds: milliseconds)
    }
  }

  var description: String {
    switch self {
    case .everyBatch: "every-batch"
    case .interval(let milliseconds): "interval:\(milliseconds)"
    case .os: "os"
    }
  }
}
