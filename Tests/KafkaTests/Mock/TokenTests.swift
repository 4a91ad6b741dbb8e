import Kafka
import Synchronization
import Testing

/// The mock cluster knows no SASL; what is tested is that librdkafka's question reaches the provider, and what comes of the answer.
@Suite(.timeLimit(.minutes(1))) struct TokenTests {
  private struct Provider: OAuthTokenProvider {
    let asked: AsyncStream<Void>.Continuation
    let answer: OAuthToken?

    struct Refused: Error {}

    func token() async throws -> OAuthToken {
      asked.yield()
      guard let answer else { throw Refused() }
      return answer
    }
  }

  @Test(arguments: [
    OAuthToken(value: "abc", expiresAt: 4_102_444_800_000, principal: "me", extensions: ["scope": "all"]),
    OAuthToken(value: "expired", expiresAt: 1, principal: "me"), nil,
  ])
  func theProviderIsAskedAndTheClientEndsWhateverItSays(_ token: OAuthToken?) async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    let security = SecurityConfiguration(sasl: .oauthBearer(Provider(asked: continuation, answer: token)))
    let producer = try Producer(
      configuration: ProducerConfiguration(bootstrapServers: "127.0.0.1:1", security: security), logger: testLogger)
    for await _ in stream { break }
    let report = await producer.close(deadline: .milliseconds(100))
    #expect(report.isEmpty)
  }
}
