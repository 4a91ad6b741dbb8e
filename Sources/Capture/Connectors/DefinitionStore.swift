/// Where a worker keeps its connectors' definitions. What was saved survives a crash.
public protocol DefinitionStore: Sendable {
  /// All definitions.
  func load() async throws -> [ConnectorDefinition]
  /// Stores a definition, in the order of the calls; `done` is called once, on any thread.
  func save(_ definition: ConnectorDefinition, done: @escaping @Sendable (Result<Void, any Error>) -> Void)
  /// As `save`: removes the definition of this name.
  func remove(_ name: String, done: @escaping @Sendable (Result<Void, any Error>) -> Void)
}
