extension ConnectorConfiguration {
  /// Whether this connector turns an outbox table's rows into events, so that its records are no rows of a table.
  public var routesOutbox: Bool {
    transforms.contains { if case .eventRouter = $0.kind { true } else { false } }
  }
}
