/// Hands out producer ids, each once in the life of the data folder.
///
/// Ids are reserved in blocks: a block is on disk as used before the first id of it is handed out, so that a crash wastes ids and never
/// repeats one (Kafka's `ProducerIdManager`).
struct ProducerIDGenerator {
  /// Blocks that are asked for in one call at most, in case the reservations are behind ``skip(through:)``.
  private static let attempts = 100

  private let reserveBlock: () throws -> Range<Int64>
  private var block: Range<Int64> = 0..<0
  private var lowest: Int64 = 0

  /// - Parameter reserveBlock: makes durable that the ids it returns are taken; not called again for them, in this run or a later one.
  init(reserveBlock: @escaping () throws -> Range<Int64>) { self.reserveBlock = reserveBlock }

  /// Makes sure that this id and those below are not handed out: the state log has them, whatever the reservations say.
  mutating func skip(through id: Int64) {
    if id >= lowest, id < Int64.max { lowest = id + 1 }
  }

  /// - Throws: COORDINATOR_LOAD_IN_PROGRESS, which clients repeat, when no block can be reserved.
  mutating func next() throws(ErrorCode) -> Int64 {
    for _ in 0..<Self.attempts {
      if max(block.lowerBound, lowest) < block.upperBound {
        let id = max(block.lowerBound, lowest)
        block = (id + 1)..<block.upperBound
        lowest = id + 1
        return id
      }
      do {
        block = try reserveBlock()
      } catch {
        throw .coordinatorLoadInProgress
      }
    }
    throw .coordinatorLoadInProgress
  }
}
