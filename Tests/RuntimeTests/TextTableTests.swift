import Runtime
import Testing

@Suite struct TextTableTests {
  @Test func columnsAreAsWideAsTheirWidestCell() {
    let table = TextTable(
      [.words("TOPIC"), .numbers("LAG"), .words("OWNER")], rows: [["orders", "12", "a"], ["x", "1234", ""], ["y", "-", "b"], ["z"]])
    #expect(
      table.lines() == [
        "TOPIC    LAG  OWNER",
        "orders    12  a",
        "x       1234",
        "y          -  b",
        "z",
      ])
  }

  @Test func coloursCountForNoWidth() {
    let table = TextTable([.words("STATUS"), .numbers("N")], rows: [[TextTable.Cell("OK", colour: 32), "1"]])
    #expect(table.lines(isColored: true) == ["STATUS  N", "\u{1B}[32mOK\u{1B}[0m      1"])
    #expect(table.lines() == ["STATUS  N", "OK      1"])
  }

  @Test func namesCannotControlTheTerminal() {
    #expect(TextTable([.words("T")], rows: [["a\u{1B}[2Jb\nc"]]).lines() == ["T", "a\u{FFFD}[2Jb\u{FFFD}c"])
  }
}
