import Foundation
import Syncer
import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(1))) struct LagRoutesTests {
  private let group: GroupLag = {
    let owner = GroupLag.Owner(member: nil, client: "sluice", host: "h", instance: "a")
    let partitions = ["orders", "brands"].map { topic in
      GroupLag.Partition(
        .init(topic: topic, partition: 0), start: 0, committed: 5, end: 9, lag: 4, seconds: 1.5, commitSeconds: 2, status: .stall,
        complete: 1, state: "active", owner: owner)
    }
    return GroupLag(group: "g", cluster: "c", state: "running", partitions: partitions)
  }()

  @Test func lagIsToldAsJSON() async throws {
    let harness = Harness(LagRoutes { group })
    let answer = try await harness.get("/v1/lag")
    #expect(answer.status == 200)
    #expect(answer.headers[.contentType] == "application/json")
    #expect(answer.headers[.cacheControl] == "no-store")
    #expect(try JSONDecoder().decode(GroupLag.self, from: Data(answer.body)) == group)
    let text = String(decoding: answer.body, as: UTF8.self)
    for part in [#""status":"ERR""#, #""sumLag":8"#, #""commitSeconds":2"#, #""topicSumLag":{"brands":4,"orders":4}"#, #""cluster":"c""#] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
  }

  @Test func oneTopicAloneHasItsOwnSums() async throws {
    let answer = try await Harness(LagRoutes { group }).get("/v1/lag?topic=orders")
    let lag = try JSONDecoder().decode(GroupLag.self, from: Data(answer.body))
    #expect(lag.partitions.map(\.topic) == ["orders"])
    #expect(lag.sumLag == 4)
  }

  @Test func whatIsNotKnownIsRefused() async throws {
    #expect(try await Harness(LagRoutes { group }).get("/v1/lag?group=g").status == 400)
    #expect(try await Harness(LagRoutes { group }).get("/v1/lag?topic=%zz").status == 400)
  }
}
