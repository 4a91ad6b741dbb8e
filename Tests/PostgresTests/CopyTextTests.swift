import Postgres
import Testing

@Suite struct CopyTextTests {
  private let rows: [[String?]] = [
    ["1", nil, "", "a\tb"], ["\\N", "line\nfeed\rreturn", "back\\slash", nil], ["", "", "", ""], [nil, nil, nil, "ü\u{1F600}"],
    [String(repeating: "\\", count: 5000), "x", nil, String(repeating: "\n", count: 5000)],
  ]

  @Test func readsWhatItWrites() {
    var bytes: [UInt8] = []
    for row in rows { CopyText.append(row: row, to: &bytes) }
    var read: [[String?]] = []
    CopyText.forEachRow(in: bytes) { fields in
      read.append(fields.map { $0.map { String(decoding: $0, as: UTF8.self) } })
    }
    #expect(read == rows)
  }

  @Test func writesTheServersForm() {
    var bytes: [UInt8] = []
    CopyText.append(row: ["a\\b", nil, ""], to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "a\\\\b\t\\N\t\n")
  }

  @Test func aRowOfOneEmptyFieldIsARow() {
    var count = 0
    CopyText.forEachRow(in: Array("\n\n".utf8)) { fields in
      #expect(fields.count == 1)
      #expect(fields[0]?.isEmpty == true)
      count += 1
    }
    #expect(count == 2)
  }
}
