extension ConnectorConfiguration {
  /// Whether this connector turns an outbox table's rows into events, so that its records are no rows of a table.
  public var routesOutbox: Bool {
    transformChain.steps.contains { $0.transform is EventRouter }
  }
}
