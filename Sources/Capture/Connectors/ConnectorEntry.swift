/// A connector of a worker: what is wanted, and how its last run ended.
struct ConnectorEntry: Sendable {
  enum Outcome: Sendable {
    case failed(CaptureError)
    /// `initial_only`, or an option that says when to end.
    case finished
  }

  var definition: ConnectorDefinition
  /// The configuration, or why it cannot be used.
  var configuration: Result<ConnectorConfiguration, CaptureError>
  /// With references to secrets replaced: tells whether a configuration is still the same.
  var resolved: [String: String]?
  /// Grows whenever a run of an earlier one has to give way.
  var revision = 0
  /// Of the last run of this revision.
  var outcome: Outcome?
  var backoff: Backoff
  let topics = ActiveTopics()

  init(_ definition: ConnectorDefinition, environment: [String: String], retryCap: Duration) {
    self.definition = definition
    // As Kafka Connect keeps it; a file says it outside of `config`.
    self.definition.settings["name"] = definition.name
    configuration = .failure(.configuration("not read"))
    backoff = Backoff(initial: .seconds(1), cap: retryCap)
    read(environment)
  }

  /// Reads the definition, and what it refers to, anew.
  mutating func read(_ environment: [String: String]) {
    let file = ConnectorFile(name: definition.name, settings: definition.settings, origin: definition.place)
    do {
      configuration = .success(try ConnectorConfiguration(file, environment: environment))
      resolved = try ConnectorConfiguration.resolve(file, environment: environment)
    } catch {
      configuration = .failure(error)
      resolved = nil
    }
  }

  /// What the server knows the slot by; nil where the configuration cannot be used.
  var slot: String? {
    guard case .success(let configuration) = configuration else { return nil }
    let host = configuration.database.host.lowercased()
    let server = ["localhost", "127.0.0.1", "::1"].contains(host) ? "localhost" : host
    return "\(server):\(configuration.database.port)/\(configuration.slotName)"
  }

  /// Whether an engine should run.
  var shouldRun: Bool {
    guard definition.target != .stopped, case .success = configuration else { return false }
    return outcome == nil
  }
}
