/// Who takes which event, and how old versions become new ones. Pure: closures are known by their numbers.
struct EventRegistry: Sendable {
  /// A registration for events.
  struct Route: Hashable, Sendable {
    /// nil is every topic.
    var topic: String?
    var type: String
    var versions: ClosedRange<Int>
  }

  /// A step from one version of an event to a newer one.
  struct Upcast: Hashable, Sendable {
    var from: EventKind
    var to: EventKind
  }

  /// What is to be done with an event.
  enum Resolution: Hashable, Sendable {
    /// Apply these upcasts in order, then call this route.
    case route(Int, upcasts: [Int])
    case unknown
  }

  private(set) var routes: [Route] = []
  private(set) var upcasts: [Upcast] = []
  private var upcastFrom: [EventKind: Int] = [:]
  private var routesByType: [String: [Int]] = [:]

  mutating func add(_ route: Route) {
    routesByType[route.type, default: []].append(routes.count)
    routes.append(route)
  }

  mutating func add(_ upcast: Upcast) {
    // The second for one version is found by `validate`.
    if upcastFrom[upcast.from] == nil { upcastFrom[upcast.from] = upcasts.count }
    upcasts.append(upcast)
  }

  /// Whether events of this topic are listened to.
  func listens(to topic: String) -> Bool {
    routes.contains { $0.topic == nil || $0.topic == topic }
  }

  /// The way of an event. An event of a version that a route takes as it is is not upcast.
  func resolve(_ kind: EventKind, topic: String) -> Resolution {
    var kind = kind
    var steps: [Int] = []
    while steps.count <= upcasts.count {
      if let route = route(for: kind, topic: topic) { return .route(route, upcasts: steps) }
      guard let step = upcastFrom[kind] else { return .unknown }
      steps.append(step)
      kind = upcasts[step].to
    }
    return .unknown
  }

  private func route(for kind: EventKind, topic: String) -> Int? {
    routesByType[kind.type]?.first { index in
      let route = routes[index]
      return route.versions.contains(kind.version) && (route.topic == nil || route.topic == topic)
    }
  }

  /// Finds registrations that cannot be meant.
  ///
  /// - Throws: ``EventRegistrationError`` where two routes take one event, two upcasters start at one version, an upcaster goes in a circle,
  ///   or one leads to where nobody waits.
  func validate() throws(EventRegistrationError) {
    for (index, route) in routes.enumerated() {
      guard route.versions.lowerBound > 0 else {
        throw EventRegistrationError(reason: "\(route.type) is registered for version \(route.versions.lowerBound): versions begin with 1")
      }
      for other in routes[..<index] where other.type == route.type && other.versions.overlaps(route.versions) {
        guard other.topic == nil || route.topic == nil || other.topic == route.topic else { continue }
        let shared = route.versions.clamped(to: other.versions)
        throw EventRegistrationError(
          reason: "\(EventKind(route.type, version: shared.lowerBound)) is registered twice: one event has one handler, which may do both")
      }
    }
    for (index, upcast) in upcasts.enumerated() {
      if upcastFrom[upcast.from] != index {
        throw EventRegistrationError(reason: "two upcasters start at \(upcast.from): leave one")
      }
      var kind = upcast.from
      var seen: Set<EventKind> = []
      while let step = upcastFrom[kind] {
        guard seen.insert(kind).inserted else {
          throw EventRegistrationError(reason: "the upcaster from \(upcast.from) goes in a circle")
        }
        kind = upcasts[step].to
      }
      guard routes.contains(where: { $0.type == kind.type && $0.versions.contains(kind.version) }) else {
        throw EventRegistrationError(reason: "the upcaster from \(upcast.from) leads to \(kind), for which no handler is registered")
      }
    }
  }
}
