/// A command of an event-sourced aggregate: it only names its intent, the rest is done here.
public protocol AggregateCommand: Command {
  /// The aggregate that decides.
  associatedtype Target: Aggregate
  /// What is asked of it.
  var intent: Target.Intent { get }
}

extension AggregateCommand {
  /// The target's type.
  public static var aggregateType: String { Target.type }

  /// Loads the aggregate, lets it decide, and appends its events with their outbox messages.
  public func execute(in context: CommandContext) async throws -> Int64 {
    let loaded = try await context.eventStore.load(Target.self, id: context.aggregateID, on: context.connection)
    try context.checkExpectedVersion(actual: loaded.version)
    let events = try loaded.state.decide(intent)
    return try await context.eventStore.append(
      events, of: Target.self, id: context.aggregateID, expectedVersion: loaded.version, metadata: context.metadata,
      on: context.connection)
  }
}
