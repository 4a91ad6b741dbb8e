import Kafka
import Testing

@Suite struct ConfigurationTests {
  private func complaint(_ configuration: some ClientConfiguration) -> String {
    do {
      try configuration.validate()
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func defaultsAreValid() throws {
    try ProducerConfiguration(bootstrapServers: "localhost:9092").validate()
    try ProducerConfiguration(bootstrapServers: "localhost:9092", transactionalID: "t").validate()
    try ConsumerConfiguration(bootstrapServers: "localhost:9092", groupID: "g").validate()
    try AdminConfiguration(bootstrapServers: "localhost:9092").validate()
  }

  @Test func allProblemsAreToldAtOnceWithTheirKeys() {
    var configuration = ProducerConfiguration(bootstrapServers: " ")
    configuration.extra = ["no.such.key": "1", "socket.timeout.ms": "soon"]
    configuration.acks = .leader
    configuration.queueBytes = 1000
    let complaint = complaint(configuration)
    for part in ["bootstrapServers", "no.such.key", "socket.timeout.ms", "acks", "queueBytes"] {
      #expect(complaint.contains(part), "\(part) in: \(complaint)")
    }
  }

  @Test func keysThatBreakPromisesAreRefused() {
    let producer = ProducerConfiguration(bootstrapServers: "a:1", extra: ["delivery.report.only.error": "true"])
    #expect(complaint(producer).contains("delivery.report.only.error"))
    let consumer = ConsumerConfiguration(bootstrapServers: "a:1", groupID: "g", extra: ["enable.auto.commit": "true"])
    #expect(complaint(consumer).contains("committed by the owner alone"))
  }

  @Test func crossChecksNameBothValues() {
    var configuration = ConsumerConfiguration(bootstrapServers: "a:1", groupID: "g")
    configuration.heartbeatInterval = .seconds(50)
    configuration.rebalanceTimeout = .seconds(301)
    configuration.assignmentStrategies = [.cooperativeSticky, .range]
    let complaint = complaint(configuration)
    #expect(complaint.contains("heartbeatInterval: 50.0 seconds must be less than sessionTimeout 45.0 seconds"))
    #expect(complaint.contains("rebalanceTimeout"))
    #expect(complaint.contains("cooperativeSticky"))
  }

  @Test func whatOnlyLibrdkafkaChecksIsReportedWhenTheClientIsMade() {
    var configuration = ProducerConfiguration(bootstrapServers: "localhost:9")
    configuration.extra = ["max.in.flight": "100"]
    #expect(throws: KafkaError.self) { try Producer(configuration: configuration, logger: testLogger) }
  }

  @Test func secretsAreNotPrinted() {
    let security = SecurityConfiguration(
      tls: TLSConfiguration(privateKeyPassword: "hush"), sasl: .scramSHA512(username: "u", password: "hush"))
    var text = "\(security)"
    dump(security.sasl, to: &text)
    #expect(!text.contains("hush"))
    var configuration = ProducerConfiguration(bootstrapServers: "a:1", security: security)
    configuration.security.tls?.privateKey = .pem("hush")
    #expect(!complaint(configuration).contains("hush"))
  }

  @Test(arguments: [
    SASLConfiguration.plain(username: "u", password: "p"), .scramSHA256(username: "u", password: "p"),
    .scramSHA512(username: "u", password: "p"),
  ])
  func mechanismsAreKnown(_ sasl: SASLConfiguration) throws {
    try ProducerConfiguration(bootstrapServers: "a:1", security: SecurityConfiguration(tls: TLSConfiguration(), sasl: sasl)).validate()
  }
}
