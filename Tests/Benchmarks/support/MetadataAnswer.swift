/// Version 1 of Kafka's metadata response, as far as ``LoopbackClient`` wants to know.
struct MetadataAnswer {
  private(set) var leadsAll = false

  /// Takes the response with its header.
  init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    func number(_ size: Int) -> Int {
      defer { rest = rest.dropFirst(size) }
      let value = rest.prefix(size).reduce(0) { $0 << 8 | Int($1) }
      return value >= 1 << (size * 8 - 1) ? value - 1 << (size * 8) : value
    }
    func skip(_ count: Int) { rest = rest.dropFirst(max(0, count)) }
    func skipText() { skip(number(2)) }
    _ = number(4)
    for _ in 0..<max(0, number(4)) {
      _ = number(4)
      skipText()
      _ = number(4)
      skipText()
    }
    _ = number(4)
    var partitions = 0
    for _ in 0..<max(0, number(4)) where !rest.isEmpty {
      guard number(2) == 0 else { return }
      skipText()
      _ = number(1)
      for _ in 0..<max(0, number(4)) where !rest.isEmpty {
        guard number(2) == 0 else { return }
        _ = number(4)
        guard number(4) >= 0 else { return }
        for _ in 0..<2 { skip(4 * number(4)) }
        partitions += 1
      }
    }
    leadsAll = partitions > 0
  }
}
