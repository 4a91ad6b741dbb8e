import Postgres
import Testing

@testable import Syncer

@Suite struct FailureClassifierTests {
  private struct Odd: Error {
    var row = "secret value"
  }

  private func server(_ code: String) -> PostgresError {
    PostgresError(
      origin: .server, operation: .query, sqlState: SQLState(rawValue: code), message: "the value \"secret value\" is bad",
      detail: "row (secret value)")
  }

  @Test(arguments: [
    ("08006", FailureClass.sinkDown), ("57P01", .sinkDown), ("57P02", .sinkDown), ("57P03", .sinkDown), ("53100", .sinkDown),
    ("53300", .sinkDown), ("25006", .sinkDown), ("28P01", .sinkDown), ("3D000", .sinkDown), ("42501", .sinkDown), ("42P01", .sinkDown),
    ("42703", .sinkDown), ("58030", .sinkDown), ("XX001", .sinkDown),
    ("40001", .transient), ("40P01", .transient), ("55P03", .transient), ("57014", .transient), ("23503", .transient),
    ("0A000", .transient), ("XX000", .transient), ("ZZ999", .transient), ("", .transient),
    ("22001", .permanent), ("22P02", .permanent), ("23502", .permanent), ("23505", .permanent), ("42601", .permanent),
    ("42804", .permanent), ("54000", .permanent), ("P0001", .permanent), ("21000", .permanent),
  ])
  func statesOfTheServer(code: String, expected: FailureClass) {
    let verdict = FailureClassifier.classify(server(code))
    #expect(verdict.failureClass == expected)
    #expect(!verdict.sentence.isEmpty)
    #expect(verdict.errorName == "PostgresError.\(code)")
  }

  @Test func errorsThatDoNotComeFromTheServer() {
    func verdict(_ origin: PostgresError.Origin, _ operation: PostgresError.Operation) -> FailureClass {
      FailureClassifier.classify(PostgresError(origin: origin, operation: operation, message: "m")).failureClass
    }
    #expect(verdict(.connection, .connect) == .sinkDown)
    #expect(verdict(.connection, .query) == .sinkDown)
    #expect(verdict(.deadline, .connect) == .sinkDown)
    #expect(verdict(.deadline, .query) == .transient)
    #expect(verdict(.abortedPipeline, .pipeline) == .transient)
    #expect(verdict(.misuse, .query) == .permanent)
    #expect(FailureClassifier.classify(PoolError.closed).failureClass == .sinkDown)
    let lost = PostgresError(origin: .connection, operation: .commit, message: "m")
    #expect(FailureClassifier.classify(CommitOutcomeUnknown(cause: lost)).failureClass == .transient)
  }

  @Test func aNamedRecordIsAtFaultOnlyIfTheErrorWouldComeAgain() {
    func verdict(_ cause: (any Error)?) -> FailureVerdict {
      FailureClassifier.classify(
        SinkFailure(handler: "mirror", index: 3, reason: "price is no number", cause: cause ?? RecordFailure(index: 1, reason: "r")))
    }
    #expect(verdict(nil).failureClass == .poison(index: 3))
    #expect(verdict(server("22P02")).failureClass == .poison(index: 3))
    #expect(verdict(server("40001")).failureClass == .transient)
    #expect(verdict(server("57P01")).failureClass == .sinkDown)
    #expect(verdict(Odd()).failureClass == .poison(index: 3))
    let poison = verdict(server("22P02"))
    #expect(poison.handler == "mirror")
    #expect(poison.sentence.hasPrefix("price is no number: "))
    #expect(poison.causeName == "PostgresError.22P02")
  }

  @Test func withoutAnIndexTheRecordIsSearchedFor() {
    let failure = SinkFailure(handler: "h", index: nil, reason: "bad", cause: RecordFailure(index: 900, reason: "bad"))
    #expect(FailureClassifier.classify(failure).failureClass == .permanent)
    #expect(FailureClassifier.classify(SinkFailure(handler: "h", index: nil, cause: Odd())).failureClass == .permanent)
  }

  @Test func noSentenceQuotesARow() {
    let errors: [any Error] = [
      Odd(), server("22P02"), server("23505"), SinkFailure(handler: "h", index: 0, cause: server("23502")),
      SinkFailure(handler: "h", index: nil, cause: Odd()), RecordFailure(index: 0, reason: "the price is bad", cause: server("22003")),
    ]
    for error in errors { #expect(!FailureClassifier.classify(error).sentence.contains("secret")) }
  }
}
