import BenchmarkSupport
import Commerce
import Foundation
import FoundationNetworking

/// Clients that send the sample shop's commands over HTTP.
struct ShopClients: Sendable {
  let address: String
  let size: CatalogueSize
  let seed: UInt64
  private let clients = 3
  private let commandsPerSecond = 25.0

  init(address: String, size: CatalogueSize, seed: UInt64) {
    self.address = address
    self.size = size
    self.seed = seed
  }

  func run(_ gate: LoadGate) async throws -> CommandCounts {
    let workload = Workload(clients: clients, commandsPerClient: .max, size: size, seed: seed, run: "chaos")
    return try await withThrowingTaskGroup(of: CommandCounts.self) { group in
      for number in 0..<clients { group.addTask { try await run(workload.client(number), gate) } }
      return try await group.reduce(into: CommandCounts()) { $0.add($1) }
    }
  }

  private func run(_ steps: WorkloadClient, _ gate: LoadGate) async throws -> CommandCounts {
    let session = URLSession(configuration: .ephemeral)
    defer { session.invalidateAndCancel() }
    var counts = CommandCounts()
    var next = ContinuousClock.now
    for step in steps {
      guard let status = try await gate.work({ try await send(step, session) }) else { break }
      counts.note(status)
      next = max(next + .seconds(1 / commandsPerSecond), .now - .milliseconds(200))
      try await pause(until: next)
    }
    return counts
  }

  private func send(_ step: WorkloadStep, _ session: URLSession) async throws -> Int {
    guard let url = URL(string: "http://\(address)/v1/commands/\(step.name)") else { return 0 }
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.timeoutInterval = 10
    request.httpBody = Data(step.body.utf8)
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.setValue(step.idempotencyKey, forHTTPHeaderField: "Idempotency-Key")
    if let version = step.expectedVersion { request.setValue("\"\(version)\"", forHTTPHeaderField: "If-Match") }
    // The daemon, or the database beneath it, may just have died; what was asked for is done or not.
    guard let (_, response) = try? await session.data(for: request) else { return 0 }
    return (response as? HTTPURLResponse)?.statusCode ?? 0
  }
}
