import Commerce
import Testing

struct WorkloadTests {
  private let size = CatalogueSize(products: 60, brands: 4, sellers: 3, categories: 4, tags: 5)

  @Test func theSameSeedGivesTheSameCommands() {
    let first = Workload(clients: 3, commandsPerClient: 200, size: size, seed: 7)
    let second = Workload(clients: 3, commandsPerClient: 200, size: size, seed: 7)
    let other = Workload(clients: 3, commandsPerClient: 200, size: size, seed: 8)
    for client in 0..<3 {
      #expect(Array(first.client(client)) == Array(second.client(client)))
      #expect(Array(first.client(client)) != Array(other.client(client)))
      #expect(Array(first.client(client)).count == 200)
    }
    #expect(Array(first.client(0)) != Array(first.client(1)))
  }

  /// Several clients at once; each answer is what its step expects, and afterwards the documents equal the write side.
  @Test func everyAnswerIsAsExpected() async throws {
    try await ShopDatabase.withReadSide { shop, read in
      _ = try await shop.pool.withConnection { try await CatalogueLoader(size: size).load(into: $0) }
      let workload = Workload(clients: 6, commandsPerClient: 150, size: size)
      let outcomes = try await withThrowingTaskGroup(of: [WorkloadStep.Expectation: Int].self) { group in
        for number in 0..<workload.clients {
          group.addTask {
            var counts: [WorkloadStep.Expectation: Int] = [:]
            for step in workload.client(number) {
              let outcome = await shop.outcome(step.name, step.body, key: step.idempotencyKey, expectedVersion: step.expectedVersion)
              if let outcome { counts[outcome, default: 0] += 1 }
              switch step.expectation {
              case .completedOrRejected: #expect(outcome == .completed || outcome == .rejected, "\(step)")
              default: #expect(outcome == step.expectation, "\(step)")
              }
            }
            return counts
          }
        }
        return try await group.reduce(into: [WorkloadStep.Expectation: Int]()) { $0.merge($1, uniquingKeysWith: +) }
      }
      #expect(outcomes.values.reduce(0, +) == 900)
      for kind in [WorkloadStep.Expectation.completed, .replayed, .conflict, .rejected, .notFound, .invalid] {
        #expect(outcomes[kind] ?? 0 > 0, "\(kind)")
      }
      #expect(try await shop.number("SELECT count(*) FROM sluice.outbox") == 0)

      try await shop.project(to: read)
      let products = try await shop.pool.withConnection { try await ProductComparison(pageSize: 17).run(write: $0, read: read) }
      #expect(products.differences == 0 && products.compared >= 60, "\(products)")
    }
  }
}
