import Postgres
import Testing

@testable import Capture

@Suite struct StreamedBlockTests {
  private static let start = PgOutputBytes.message("S").int(UInt32(900)).int(UInt8(1))
  private static let stop = PgOutputBytes.message("E")
  private static let insert = PgOutputBytes.message("I").int(UInt32(901)).int(UInt32(7)).tag("N").tuple(["1", "a"])

  private func routes(_ messages: [PgOutputBytes]) throws -> [StreamedBlock.Route] {
    var block = StreamedBlock()
    return try messages.map { message in try message.bytes.withUnsafeBytes { try block.route($0) } }
  }

  @Test func `changes of a block belong to its transaction, others come whole`() throws {
    let whole = PgOutputBytes.message("I").int(UInt32(7)).tag("N").tuple(["1", "a"])
    #expect(
      try routes([whole, Self.start, Self.insert, PgOutputBytes.message("O").int(UInt64(9)).text("elsewhere"), Self.stop, whole]) == [
        .whole, .started(transaction: 900), .change(transaction: 900, subtransaction: 901, start: 5),
        .change(transaction: 900, subtransaction: 900, start: 1), .stopped(transaction: 900), .whole,
      ])
  }

  @Test func `a commit says what the Begin and Commit of a whole transaction say`() throws {
    let message = PgOutputBytes.message("c").int(UInt32(900)).int(UInt8(0)).int(UInt64(200)).int(UInt64(210)).int(Int64(5))
    guard case .committed(let commit) = try routes([message])[0] else {
      Issue.record("no commit")
      return
    }
    #expect(try decoded(commit.begin) == .begin(finalLSN: LSN(rawValue: 200), commitTime: 5, transactionID: 900))
    #expect(try decoded(commit.commit) == .commit(commitLSN: LSN(rawValue: 200), endLSN: LSN(rawValue: 210), commitTime: 5))
  }

  private func decoded(_ bytes: [UInt8]) throws -> PgOutputMessage {
    var decoder = PgOutputDecoder()
    return try bytes.withUnsafeBytes { try decoder.decode($0) }
  }

  @Test func `an abort is read in the forms of protocols 2 and 4`() throws {
    let short = PgOutputBytes.message("A").int(UInt32(900)).int(UInt32(901))
    let expected = StreamedBlock.Route.aborted(transaction: 900, subtransaction: 901)
    #expect(try routes([short, short.int(UInt64(77)).int(Int64(8))]) == [expected, expected])
  }

  @Test(arguments: ["B", "C", "S", "c", "A", "?"] as [Character])
  func `what cannot stand in a block is refused`(kind: Character) {
    let message = PgOutputBytes.message(kind).int(UInt64(1)).int(UInt64(1)).int(UInt64(1)).int(UInt64(1))
    #expect(throws: DecodingError.self) { try routes([Self.start, message]) }
  }

  @Test func `a block that did not begin cannot end`() {
    #expect(throws: DecodingError.self) { try routes([Self.stop]) }
  }

  @Test func `newer servers are asked for more`() {
    #expect(
      StreamProtocol.options(serverVersion: 140_005, publication: "p").map { "\($0)=\($1)" }
        == ["proto_version=2", "publication_names=\"p\"", "messages=true", "streaming=on"])
    #expect(StreamProtocol.options(serverVersion: 180_000, publication: "p").last?.1 == "parallel")
  }
}
