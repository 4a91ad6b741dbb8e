import Foundation
import FoundationNetworking
import TestSupport

/// Asks a daemon of this machine.
struct HTTPClient: Sendable {
  struct Answer: Sendable {
    var status: Int
    var contentType: String
    var body: String

    /// A member of the body, where that is a JSON object.
    func member(_ name: String) -> String? {
      let object = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
      return object?[name].map { "\($0)" }
    }
  }

  let port: Int

  func get(_ path: String) async throws -> Answer { try await send(request(path)) }

  func post(_ path: String, _ body: String, headers: [String: String] = [:]) async throws -> Answer {
    var request = try request(path)
    request.httpMethod = "POST"
    request.httpBody = Data(body.utf8)
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    return try await send(request)
  }

  /// Any method, with a JSON body or none.
  func send(_ method: String, _ path: String, _ body: String? = nil) async throws -> Answer {
    var request = try request(path)
    request.httpMethod = method
    request.httpBody = body.map { Data($0.utf8) }
    if body != nil { request.setValue("application/json", forHTTPHeaderField: "Content-Type") }
    return try await send(request)
  }

  /// Waits until `/health/ready` answers with this status, and returns the answer.
  @discardableResult
  func ready(_ status: Int = 200, within limit: Duration = .seconds(60)) async throws -> Answer {
    var last: Answer?
    do {
      try await eventually(within: limit) {
        last = try? await get("/health/ready")
        return last?.status == status
      }
    } catch let late as NotInTime {
      throw NotInTime(what: "\(status) of /health/ready at \(port), last \(last?.body ?? "no answer"),", limit: late.limit)
    }
    return try await get("/health/ready")
  }

  /// The sum of a metric over its labels; nil where it is not there, or nobody answers.
  func metric(_ name: String) async -> Double? {
    guard let answer = try? await get("/metrics"), answer.status == 200 else { return nil }
    let samples = answer.body.split(separator: "\n").filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
    let values = samples.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
    return values.isEmpty ? nil : values.reduce(0, +)
  }

  private func request(_ path: String) throws -> URLRequest {
    guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw URLError(.badURL) }
    return URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: 20)
  }

  private func send(_ request: URLRequest) async throws -> Answer {
    let (data, response) = try await URLSession.shared.data(for: request)
    guard let http = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
    return Answer(
      status: http.statusCode, contentType: http.value(forHTTPHeaderField: "Content-Type") ?? "",
      body: String(decoding: data, as: UTF8.self))
  }
}
