/// Who asks, and in which version of the API.
struct RequestContext {
  /// Unique for each connection while the broker runs.
  var connectionID: Int
  /// What the client calls itself; not trusted for anything but showing it.
  var clientID: String
  /// The client's address, as `/127.0.0.1`: the form in which Kafka's group descriptions show it.
  var clientHost: String
  /// The version of the request, and so of the response.
  var apiVersion: Int16
}
