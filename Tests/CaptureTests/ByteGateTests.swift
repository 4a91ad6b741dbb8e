import TestSupport
import Testing

@testable import Capture

@Suite struct ByteGateTests {
  @Test func whoWaitsBehindOneThatIsCancelledIsLetIn() async throws {
    let gate = ByteGate(limit: 10)
    try await gate.acquire(6)
    // Both wait before the next line: an immediate task runs up to where it suspends.
    let large = Task.immediate { try await gate.acquire(8) }
    let small = Task.immediate { try await gate.acquire(4) }
    #expect(gate.used == 6)
    large.cancel()
    try await eventually("room for the small one") { gate.used == 10 }
    try await small.value
    await #expect(throws: CancellationError.self) { try await large.value }
  }
}
