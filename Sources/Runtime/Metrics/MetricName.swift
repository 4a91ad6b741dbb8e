/// The rules of Prometheus' names.
enum MetricName {
  /// A metric's name, `[a-zA-Z_:][a-zA-Z0-9_:]*`, with anything else replaced by `_`.
  static func sanitized(_ label: String) -> String { sanitized(label, colon: true) }

  /// A label's name, `[a-zA-Z_][a-zA-Z0-9_]*`; names that begin with `__` and `le` belong to Prometheus and get a prefix.
  static func sanitizedLabel(_ name: String) -> String {
    let clean = sanitized(name, colon: false)
    return clean.hasPrefix("__") || clean == "le" || clean == "quantile" ? "exported_" + clean : clean
  }

  private static func sanitized(_ name: String, colon: Bool) -> String {
    guard !name.isEmpty else { return "_" }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(name.utf8.count)
    var isClean = true
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): bytes.append(byte)
      case UInt8(ascii: ":") where colon: bytes.append(byte)
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if bytes.isEmpty {
          bytes.append(UInt8(ascii: "_"))
          isClean = false
        }
        bytes.append(byte)
      default:
        bytes.append(UInt8(ascii: "_"))
        isClean = false
      }
    }
    return isClean ? name : String(decoding: bytes, as: UTF8.self)
  }
}
