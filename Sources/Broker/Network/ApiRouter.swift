internal import Logging
internal import NIOCore

/// Finds the API that a request calls.
final class ApiRouter {
  let maxRequestBytes: Int
  private var routes: [Int16: ApiRoute] = [:]
  private let logger: Logger
  private let metrics: BrokerMetrics

  init(maxRequestBytes: Int, metrics: BrokerMetrics, logger: Logger) {
    self.maxRequestBytes = maxRequestBytes
    self.metrics = metrics
    self.logger = logger
    add(.apiVersions) { [unowned self] (_: ApiVersionsRequest, _, reply: @escaping (ApiVersionsResponse?) -> Void) in
      reply(supportedVersions())
    }
  }

  func add<Request: BodyMessage, Response: BodyMessage>(
    _ api: ApiKey, _ handler: @escaping (Request, RequestContext, _ reply: @escaping (Response?) -> Void) -> Void
  ) {
    routes[api.rawValue] = ApiRoute(api, handler: handler)
  }

  /// Takes one request without its size.
  /// - Throws: a ``CodecError`` for what is no request of an API and version that this broker has: as in Kafka that ends the connection.
  func route(
    _ frame: ByteBuffer, connectionID: Int, clientHost: String, respond: @escaping (ApiAnswer) -> Void
  ) throws(CodecError) {
    var frame = frame
    let header = try RequestHeader(from: &frame)
    guard let route = routes[header.apiKey] else {
      throw CodecError("API key \(header.apiKey) version \(header.apiVersion), which this broker does not have")
    }
    guard route.versions.contains(header.apiVersion) else {
      guard header.apiKey == ApiKey.apiVersions.rawValue else {
        throw CodecError(
          "\(route.name) version \(header.apiVersion); this broker has \(route.versions.lowerBound) to \(route.versions.upperBound)")
      }
      return respond(unsupportedApiVersions(header))
    }
    if header.apiVersion >= route.flexibleSince { try RequestHeader.skipTags(&frame) }
    let context = RequestContext(
      connectionID: connectionID, clientID: header.clientID, clientHost: clientHost, apiVersion: header.apiVersion)
    let timer = metrics.requestStarted(header.apiKey, name: route.name)
    try route.handle(frame, header, context) { [metrics] response in
      metrics.requestEnded(timer)
      respond(response)
    }
  }

  // MARK: ApiVersions

  private func supportedVersions() -> ApiVersionsResponse {
    var response = ApiVersionsResponse()
    response.apiKeys = routes.sorted { $0.key < $1.key }.map { key, route in
      var version = ApiVersionsResponse.ApiVersion()
      version.apiKey = key
      version.minVersion = route.versions.lowerBound
      version.maxVersion = route.versions.upperBound
      return version
    }
    return response
  }

  /// KIP-511: version 0 of the response with UNSUPPORTED_VERSION and the versions of ApiVersions, so that the client asks again.
  private func unsupportedApiVersions(_ header: RequestHeader) -> ApiAnswer {
    var response = supportedVersions()
    response.errorCode = .unsupportedVersion
    response.apiKeys.removeAll { $0.apiKey != header.apiKey }
    var header = header
    header.apiVersion = 0
    return ApiRoute.answer(response, header: header, isFlexible: false)
  }
}
