extension AdminRequests {
  /// DescribeCluster (KIP-700; endpoint types KIP-919, fenced brokers KIP-1073).
  func handle(_ request: DescribeClusterRequest, _ context: RequestContext, reply: (DescribeClusterResponse) -> Void) {
    /// Of the protocol: brokers; 2 stands for controllers.
    let brokers: Int8 = 1
    guard request.endpointType == brokers else {
      let isKnown = request.endpointType == 2
      let code: ErrorCode =
        context.apiVersion == 0 ? .invalidRequest : isKnown ? .mismatchedEndpointType : .unsupportedEndpointType
      let message =
        isKnown
        ? "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER"
        : "Unsupported endpoint type \(request.endpointType)"
      reply(DescribeClusterResponse(errorCode: code, errorMessage: message))
      return
    }
    reply(
      DescribeClusterResponse(
        endpointType: brokers, clusterID: catalogue.clusterID, controllerID: nodeID,
        brokers: [
          DescribeClusterResponse.DescribeClusterBroker(
            brokerID: nodeID, host: settings.advertisedHost, port: settings.advertisedPort, rack: nil, isFenced: false)
        ],
        clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
          ? AuthorizedOperations.cluster : AuthorizedOperations.unknown))
  }
}
