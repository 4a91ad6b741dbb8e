import Commerce
import Foundation
import FoundationNetworking
import Synchronization

/// The clients of the demo: each sends its commands one after the other over HTTP and checks what comes back.
struct DemoClients: Sendable {
  /// What came back.
  struct Outcome: Sendable {
    var sent = 0
    var answers: [String: Int] = [:]
    var unexpected: [String] = []
    var unexpectedCount = 0
  }

  let address: String
  let workload: Workload
  /// Commands a second over all clients; 0 sends the next as soon as the answer to the last is there.
  let rate: Int

  /// Sends everything; `progress` is called with the number of commands answered so far.
  func run(progress: @escaping @Sendable (Int) -> Void) async throws -> Outcome {
    let answered = Counter()
    return try await withThrowingTaskGroup(of: Outcome.self) { group in
      for number in 0..<workload.clients {
        group.addTask {
          // A session each: one session would share six connections among all clients.
          let session = URLSession(configuration: .ephemeral)
          defer { session.invalidateAndCancel() }
          var outcome = Outcome()
          var due = ContinuousClock.now
          for step in workload.client(number) {
            try Task.checkCancellation()
            if rate > 0 {
              try await Task.sleep(until: due)
              due += .seconds(1) * workload.clients / rate
            }
            let (status, replayed) = try await send(step, session)
            let answer = Self.name(status: status, replayed: replayed)
            outcome.sent += 1
            outcome.answers[answer, default: 0] += 1
            if !Self.isExpected(answer, step.expectation) {
              outcome.unexpectedCount += 1
              outcome.unexpected.append("\(step.name): \(answer) (\(status)), expected \(step.expectation.rawValue)")
            }
            progress(answered.increment())
          }
          return outcome
        }
      }
      return try await group.reduce(into: Outcome()) { total, one in
        total.sent += one.sent
        total.answers.merge(one.answers, uniquingKeysWith: +)
        total.unexpectedCount += one.unexpectedCount
        total.unexpected = Array((total.unexpected + one.unexpected).prefix(10))
      }
    }
  }

  private func send(_ step: WorkloadStep, _ session: URLSession) async throws -> (status: Int, replayed: Bool) {
    guard let url = URL(string: "http://\(address)/v1/commands/\(step.name)") else { return (0, false) }
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.timeoutInterval = 30
    request.httpBody = Data(step.body.utf8)
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.setValue(step.idempotencyKey, forHTTPHeaderField: "Idempotency-Key")
    if let version = step.expectedVersion { request.setValue("\"\(version)\"", forHTTPHeaderField: "If-Match") }
    let (_, response) = try await session.data(for: request)
    let http = response as? HTTPURLResponse
    return (http?.statusCode ?? 0, http?.value(forHTTPHeaderField: "Idempotency-Replay") == "true")
  }

  private static func name(status: Int, replayed: Bool) -> String {
    switch status {
    case 202: replayed ? "replayed" : "completed"
    case 409: "conflict"
    case 422: "rejected"
    case 404: "notFound"
    case 400: "invalid"
    default: "status \(status)"
    }
  }

  private static func isExpected(_ answer: String, _ expectation: WorkloadStep.Expectation) -> Bool {
    switch expectation {
    case .completedOrRejected: answer == "completed" || answer == "rejected"
    // A malformed field and a broken rule are told apart by the problem's type, not by the status.
    case .invalid: answer == "invalid" || answer == "rejected"
    default: answer == expectation.rawValue
    }
  }

  private final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    func increment() -> Int { value.add(1, ordering: .relaxed).newValue }
  }
}
