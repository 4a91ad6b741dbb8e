import Postgres
import Testing

@Suite struct LSNTests {
  @Test(arguments: [
    ("0/0", UInt64(0)), ("16/B374D848", 0x16_B374_D848), ("FFFFFFFF/FFFFFFFF", .max), ("0/1", 1), ("1/0", 1 << 32),
  ])
  func readsAndWrites(text: String, value: UInt64) throws {
    let lsn = try #require(LSN(text))
    #expect(lsn.rawValue == value)
    #expect(lsn.description == text)
  }

  @Test(arguments: ["", "/", "1", "1/", "/1", "1/2/3", "g/0", "123456789/0", "+1/0", "0/-1", " 1/0"])
  func refusesOtherTexts(text: String) {
    #expect(LSN(text) == nil)
  }

  @Test func ordersByPosition() throws {
    #expect(try #require(LSN("1/0")) > #require(LSN("0/FFFFFFFF")))
  }
}
