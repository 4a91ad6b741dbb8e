import Foundation
import FoundationNetworking

/// Asks a daemon of this machine over HTTP whether it is ready, and for its metrics.
struct HTTPProbe: Sendable {
  let address: String

  /// True when `/health/ready` answers 200 within two seconds.
  func isReady() async -> Bool { await get("/health/ready")?.status == 200 }

  /// The answer's status and body, nil when nobody answers within two seconds.
  func get(_ path: String) async -> (status: Int, body: Data)? {
    guard let url = URL(string: "http://\(address)\(path)") else { return nil }
    var request = URLRequest(url: url)
    request.timeoutInterval = 2
    guard let (data, response) = try? await URLSession.shared.data(for: request) else { return nil }
    return (response as? HTTPURLResponse).map { ($0.statusCode, data) }
  }
}

extension HTTPProbe {
  /// The samples of one metric at `/metrics`, by their labels as they stand there; nil when nobody answers.
  func samples(of name: String) async -> [String: Double]? {
    guard let answer = await get("/metrics"), answer.status == 200 else { return nil }
    var result: [String: Double] = [:]
    for line in String(decoding: answer.body, as: UTF8.self).split(separator: "\n") where line.hasPrefix(name) {
      let rest = line.dropFirst(name.count)
      guard rest.first == "{" || rest.first == " ", let space = rest.lastIndex(of: " ") else { continue }
      result[String(rest[..<space]).trimmingCharacters(in: .whitespaces)] = Double(rest[rest.index(after: space)...])
    }
    return result
  }

  /// Records that a syncer is behind, over all its partitions; nil when it does not answer.
  func totalLag() async -> Double? {
    await samples(of: "kafka_consumergroup_group_lag")?.values.reduce(0, +)
  }
}
