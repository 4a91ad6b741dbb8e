/// A set of routes that a server serves: the commands', the queries', the operator's, or one of your own.
public protocol HTTPRoutes: Sendable {
  /// Adds the routes. Called once, when the server is made.
  func add(to table: HTTPRouteTable)
}
