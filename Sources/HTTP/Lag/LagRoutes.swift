import Foundation
import Hummingbird
public import Syncer

/// How far a syncer is behind, over HTTP.
///
/// - `GET /v1/lag` answers a ``GroupLag`` of the partitions that this member owns; `topic` may be given, more than once, to see these alone.
public struct LagRoutes: HTTPRoutes {
  private let lag: @Sendable () -> GroupLag

  /// - Parameter lag: told at each request.
  public init(lag: @escaping @Sendable () -> GroupLag) {
    self.lag = lag
  }

  /// Adds the route.
  public func add(to table: HTTPRouteTable) {
    table.get("/v1/lag") { request, _ in try answer(request) }
  }

  private func answer(_ request: Request) throws -> Response {
    guard let query = QueryString(request.uri.query ?? "") else {
      throw ProblemDetails(status: .badRequest, detail: "the query has a broken percent escape")
    }
    if let unknown = query.parameters.first(where: { $0.name != "topic" }) {
      throw ProblemDetails(status: .badRequest, detail: "expected the parameter topic, found \(unknown.name)")
    }
    var lag = lag()
    let topics = Set(query.values("topic"))
    if !topics.isEmpty { lag = lag.of(topics: topics) }
    return Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(bytes: try JSONEncoder.lag.encode(lag))))
  }
}

extension JSONEncoder {
  fileprivate static var lag: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
