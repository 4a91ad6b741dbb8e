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

  func run(until stop: StopFlag) async throws -> CommandCounts {
    let workload = Workload(clients: clients, commandsPerClient: .max, size: size, seed: seed, run: "chaos")
    return try await withThrowingTaskGroup(of: CommandCounts.self) { group in
      for number in 0..<clients { group.addTask { try await run(workload.client(number), until: stop) } }
      return try await group.reduce(into: CommandCounts()) { total, one in
        total.sent += one.sent
        total.unexpected += one.unexpected
      }
    }
  }

  private func run(_ steps: WorkloadClient, until stop: StopFlag) async throws -> CommandCounts {
    let session = URLSession(configuration: .ephemeral)
    defer { session.invalidateAndCancel() }
    var counts = CommandCounts()
    var next = ContinuousClock.now
    for step in steps {
      if stop.isSet { break }
      let status = try await send(step, session)
      counts.sent += 1
      if !Self.statuses(of: step.expectation).contains(status) {
        counts.unexpected.append("\(step.name): \(status), expected \(step.expectation.rawValue)")
      }
      next = max(next + .seconds(1 / commandsPerSecond), .now - .milliseconds(200))
      try await pause(until: next)
    }
    return counts
  }

  private func send(_ step: WorkloadStep, _ session: URLSession) async throws -> Int {
    guard let url = URL(string: "http://\(address)/v1/commands/\(step.name)") else { return 0 }
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.timeoutInterval = 30
    request.httpBody = Data(step.body.utf8)
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.setValue(step.idempotencyKey, forHTTPHeaderField: "Idempotency-Key")
    if let version = step.expectedVersion { request.setValue("\"\(version)\"", forHTTPHeaderField: "If-Match") }
    let (_, response) = try await session.data(for: request)
    return (response as? HTTPURLResponse)?.statusCode ?? 0
  }

  private static func statuses(of expectation: WorkloadStep.Expectation) -> [Int] {
    switch expectation {
    case .completed, .replayed: [202]
    case .conflict: [409]
    case .rejected: [422]
    case .notFound: [404]
    case .invalid: [400, 422]
    case .completedOrRejected: [202, 422]
    }
  }
}
