public import Kafka
public import Logging
internal import Postgres

/// Checks what a connector needs before it is started: the source, its tables, Kafka and the topics. Changes nothing.
public struct Doctor: Sendable {
  private let configuration: ConnectorConfiguration
  private let producer: ProducerConfiguration
  private let offsets: (any OffsetStore)?
  private let deadline: Duration
  private let logger: Logger

  /// Makes a doctor; nothing is connected before `run()`.
  ///
  /// - Parameters:
  ///   - producer: how Kafka is reached.
  ///   - offsets: where the connector keeps its offsets; nil where that is not known.
  ///   - deadline: for connecting and for each question. Default 10 s.
  public init(
    configuration: ConnectorConfiguration, producer: ProducerConfiguration, offsets: (any OffsetStore)? = nil,
    deadline: Duration = .seconds(10), logger: Logger
  ) {
    self.configuration = configuration
    self.producer = producer
    self.offsets = offsets
    self.deadline = deadline
    self.logger = logger
  }

  /// Looks at everything; what cannot be looked at is a finding, too.
  public func run() async -> DoctorReport {
    var findings: [Finding] = [
      Finding("connector file", .ok, subject: configuration.origin, "\(configuration.name), every key is honoured")
    ]
    let facts = await source(&findings)
    if let facts {
      findings += ServerChecks(facts: facts, configuration: configuration).findings()
      findings += SlotChecks(facts: facts, configuration: configuration).findings()
      findings += TableChecks(facts: facts, configuration: configuration).findings()
      findings += PublicationChecks(facts: facts, configuration: configuration).findings()
    }
    await kafka(facts, &findings)
    return DoctorReport(connector: configuration.name, findings: findings)
  }

  private func source(_ findings: inout [Finding]) async -> SourceFacts? {
    var database = configuration.database
    database.connectTimeout = min(database.connectTimeout, deadline)
    database.queryTimeout = deadline
    database.applicationName = "sluice doctor"
    do {
      let connection = try await Connection.connect(database, logger: logger)
      defer { Task.detached { await connection.close() } }
      findings.append(Finding("database", .ok, subject: database.description, "reached"))
      var facts = try await SourceSurvey(configuration: configuration, connection: connection, logger: logger).read()
      do { facts.offset = try await offsets?.load(connector: configuration.name) } catch {
        findings.append(Finding("stored offset", .unknown, "cannot be read: \(error)", advice: "check offset.storage"))
      }
      return facts
    } catch {
      let failure = Failure(error, configuration: configuration)
      let isAnswer = failure.error.category == .configuration
      findings.append(
        Finding(
          "database", isAnswer ? .error : .unknown, subject: database.description, failure.error.description,
          advice: isAnswer
            ? "check database.user, database.password and database.dbname" : "check database.hostname, database.port and the server"))
      return nil
    }
  }

  private func kafka(_ facts: SourceFacts?, _ findings: inout [Finding]) async {
    let servers = producer.bootstrapServers
    do {
      let admin = try Admin(
        configuration: AdminConfiguration(
          bootstrapServers: servers, clientID: producer.clientID, security: producer.security, timeout: deadline), logger: logger)
      let found = try await TopicSurvey(admin: admin).read(wantedTopics(facts))
      let largest = configuration.producerOverrides["message.max.bytes"].flatMap { Int($0) } ?? producer.maximumRecordBytes
      findings += TopicChecks(facts: found, configuration: configuration, largestRecord: largest).findings()
    } catch let error as KafkaError where error.code == .unsupportedFeature {
      findings.append(Finding("brokers", .unknown, subject: servers, "do not tell about topics: \(error.description)"))
    } catch {
      findings.append(
        Finding(
          "brokers", .unknown, subject: servers, "cannot be reached: \(error)", advice: "check kafka.bootstrap_servers and the brokers"))
    }
    let dynamic = facts?.tables.filter { $0.topic == nil && $0.problem == nil }.map(\.description.qualifiedName) ?? []
    guard !dynamic.isEmpty else { return }
    findings.append(
      Finding("topics", .ok, "decided by the transforms for each record of \(dynamic.joined(separator: ", ")): they were not looked at"))
  }

  private func wantedTopics(_ facts: SourceFacts?) -> [(name: String, use: TopicFacts.Use)] {
    var keyed: [String: Bool] = [:]
    for table in facts?.tables ?? [] {
      guard let topic = table.topic else { continue }
      keyed[topic] = (keyed[topic] ?? true) && !table.keyColumns.isEmpty
    }
    var topics: [(name: String, use: TopicFacts.Use)] = keyed.sorted { $0.key < $1.key }.map { ($0.key, .changes(isKeyed: $0.value)) }
    if configuration.heartbeats.interval != nil { topics.append((configuration.heartbeats.topic, .extra("heartbeats"))) }
    if let topic = configuration.notifications.sinkTopic, configuration.notifications.channels.contains(.sink) {
      topics.append((topic, .extra("notifications")))
    }
    if case .topic(let name) = configuration.offsetStorage { topics.append((name, .offsets)) }
    return topics
  }
}
