import Foundation
import Testing

@testable import Postgres

@Suite struct TimestampTextTests {
  @Test(arguments: [
    ("1970-01-01 00:00:00+00", 0.0), ("2026-02-28 23:59:59.5+00", 1_772_323_199.5), ("2000-01-01", 946_684_800),
    ("1969-12-31 23:59:59+00", -1), ("2024-02-29 12:00:00+05:30", 1_709_188_200), ("1900-01-01 00:00:00-00:19:32", -2_208_987_628),
    ("0001-12-31 00:00:00+00 BC", -62_135_683_200), ("0001-12-31 BC", -62_135_683_200), ("20000-01-01 00:00:00", 568_971_820_800),
  ])
  func reads(text: String, seconds: Double) throws {
    let date = Array(text.utf8).withUnsafeBytes { TimestampText.parse($0) }
    #expect(try #require(date).timeIntervalSince1970 == seconds)
  }

  @Test(arguments: ["infinity", "-infinity", "", "2024", "2024-13-01", "2024-01-01x", "2024-01-01 10", "12:00:00"])
  func refuses(text: String) {
    #expect(Array(text.utf8).withUnsafeBytes { TimestampText.parse($0) } == nil)
  }

  @Test(arguments: [0.0, -0.000001, 1_772_323_199.123456, -62_135_683_200, 253_402_300_800, -2_208_987_628.25])
  func writesWhatItReads(seconds: Double) throws {
    let date = Date(timeIntervalSince1970: seconds)
    let read = Array(TimestampText.format(date).utf8).withUnsafeBytes { TimestampText.parse($0) }
    #expect(abs(try #require(read).timeIntervalSince(date)) < 0.000001)
  }

  @Test func writesInfinity() {
    #expect(TimestampText.format(Date(timeIntervalSince1970: -62_135_596_800)) == "0001-01-01 00:00:00.000000+00")
    #expect(TimestampText.format(Date(timeIntervalSince1970: -62_135_596_801)) == "0001-12-31 23:59:59.000000+00 BC")
    #expect(TimestampText.format(Date(timeIntervalSince1970: .infinity)) == "infinity")
    #expect(TimestampText.format(Date(timeIntervalSince1970: -1e15)) == "-infinity")
  }
}
