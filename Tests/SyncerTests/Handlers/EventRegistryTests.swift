import Testing

@testable import Syncer

@Suite struct EventRegistryTests {
  private func registry(
    routes: [(String, ClosedRange<Int>, String?)], upcasts: [(EventKind, EventKind)] = []
  ) -> EventRegistry {
    var registry = EventRegistry()
    for route in routes { registry.add(EventRegistry.Route(topic: route.2, type: route.0, versions: route.1)) }
    for upcast in upcasts { registry.add(EventRegistry.Upcast(from: upcast.0, to: upcast.1)) }
    return registry
  }

  @Test("an event finds the route of its topic, type and version")
  func routes() {
    let registry = registry(routes: [("Placed", 1...2, "orders"), ("Placed", 3...3, nil), ("Paid", 1...1, "orders")])
    #expect(registry.resolve(EventKind("Placed", version: 2), topic: "orders") == .route(0, upcasts: []))
    #expect(registry.resolve(EventKind("Placed", version: 2), topic: "others") == .unknown)
    #expect(registry.resolve(EventKind("Placed", version: 3), topic: "others") == .route(1, upcasts: []))
    #expect(registry.resolve(EventKind("Placed", version: 4), topic: "orders") == .unknown)
    #expect(registry.resolve(EventKind("Shipped"), topic: "orders") == .unknown)
  }

  @Test("an old version is brought forward step by step, and a renamed type is followed")
  func upcasts() {
    let registry = registry(
      routes: [("Placed", 3...3, nil)],
      upcasts: [
        (EventKind("Created"), EventKind("Placed", version: 1)), (EventKind("Placed"), EventKind("Placed", version: 2)),
        (EventKind("Placed", version: 2), EventKind("Placed", version: 3)),
      ])
    #expect(registry.resolve(EventKind("Created"), topic: "t") == .route(0, upcasts: [0, 1, 2]))
    #expect(registry.resolve(EventKind("Placed", version: 2), topic: "t") == .route(0, upcasts: [2]))
    #expect(registry.resolve(EventKind("Placed", version: 3), topic: "t") == .route(0, upcasts: []))
    #expect(throws: Never.self) { try registry.validate() }
  }

  @Test("registrations that cannot be meant are refused with what is wrong")
  func refusals() {
    let cases: [(EventRegistry, String)] = [
      (registry(routes: [("Placed", 1...2, nil), ("Placed", 2...3, "t")]), "Placed v2 is registered twice"),
      (registry(routes: [("Placed", 0...2, nil)]), "versions begin with 1"),
      (
        registry(
          routes: [("Placed", 2...2, nil)],
          upcasts: [(EventKind("Placed"), EventKind("Placed", version: 2)), (EventKind("Placed"), EventKind("Placed", version: 3))]),
        "two upcasters start at Placed v1"
      ),
      (
        registry(
          routes: [("Placed", 2...2, nil)],
          upcasts: [(EventKind("A"), EventKind("B")), (EventKind("B"), EventKind("A"))]),
        "goes in a circle"
      ),
      (registry(routes: [("Placed", 2...2, nil)], upcasts: [(EventKind("Paid"), EventKind("Paid", version: 2))]), "leads to Paid v2"),
    ]
    for (registry, expected) in cases {
      let error = #expect(throws: EventRegistrationError.self) { try registry.validate() }
      #expect(error?.reason.contains(expected) == true, "\(expected): \(error?.reason ?? "-")")
    }
  }

  @Test("routes of other topics may take the same event")
  func sameTypeOnTwoTopics() {
    #expect(throws: Never.self) { try registry(routes: [("Placed", 1...1, "a"), ("Placed", 1...1, "b")]).validate() }
  }
}
