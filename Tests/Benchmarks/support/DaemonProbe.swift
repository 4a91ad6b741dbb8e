import Foundation
import FoundationNetworking

/// Asks a daemon of this machine over HTTP.
public struct DaemonProbe: Sendable {
  /// `127.0.0.1:port`.
  public let address: String

  /// A probe of the daemon that listens there.
  public init(address: String) { self.address = address }

  /// True when `/health/ready` answers 200.
  public func isReady() async -> Bool { await get("/health/ready")?.status == 200 }

  /// `/metrics`, nil when nobody answers within two seconds.
  public func metrics() async -> MetricsText? {
    guard let (status, body) = await get("/metrics"), status == 200 else { return nil }
    return MetricsText(String(decoding: body, as: UTF8.self))
  }

  private func get(_ path: String) async -> (status: Int, body: Data)? {
    guard let url = URL(string: "http://\(address)\(path)") else { return nil }
    var request = URLRequest(url: url)
    request.timeoutInterval = 2
    guard let (data, response) = try? await URLSession.shared.data(for: request), let http = response as? HTTPURLResponse else {
      return nil
    }
    return (http.statusCode, data)
  }
}
