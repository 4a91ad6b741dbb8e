import Foundation
import Logging
import Testing

@testable import Runtime

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct LoggingTests {
  @Test func textLinesAreOneLine() {
    let line = LogLine.text(
      time: "T", level: .warning, label: "syncer", message: "two\nlines \u{1B}[2J", metadata: ["b": "x y", "a": "1", "c": ""],
      isColored: false)
    #expect(line == "T WARNING  syncer two\\nlines \\u001b[2J a=1 b=\"x y\" c=\"\"")
  }

  @Test func coloursOnlyWhenAskedFor() {
    let plain = LogLine.text(time: "T", level: .error, label: "l", message: "m", metadata: [:], isColored: false)
    #expect(!plain.contains("\u{1B}"))
    #expect(
      LogLine.text(time: "T", level: .error, label: "l", message: "m", metadata: [:], isColored: true).contains(
        "\u{1B}[1;31mERROR\u{1B}[0m"))
  }

  @Test func jsonLinesAreJSON() throws {
    let line = LogLine.json(
      time: "T", level: .info, label: "l", message: "\"quoted\"\n\u{0}ü",
      metadata: ["nested": ["a": ["1", "2"]], "number": .stringConvertible(5)])
    let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["message"] as? String == "\"quoted\"\n\u{0}ü")
    #expect(object["level"] as? String == "info")
    let metadata = try #require(object["metadata"] as? [String: Any])
    #expect(metadata["number"] as? String == "5")
    #expect((metadata["nested"] as? [String: Any])?["a"] as? [String] == ["1", "2"])
    #expect(!line.contains("\n"))
  }

  @Test func aHandlerMergesItsMetadataAndWritesToItsStream() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let make = LoggingSetup.factory(level: .info, format: .json, stream: LogStream(descriptor: ends[1]))
    var logger = Logger(label: "capture", factory: { make($0, nil) })
    logger[metadataKey: "slot"] = "s1"
    logger.debug("not written")
    logger.notice("written", metadata: ["lsn": "0/1"])
    close(ends[1])
    let data = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true).readDataToEndOfFile()
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 1)
    let object = try #require(JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
    #expect(object["metadata"] as? [String: String] == ["slot": "s1", "lsn": "0/1"])
    let time = try #require(object["time"] as? String)
    #expect(time.count == 24 && time.hasSuffix("Z"))
  }

  @Test func aReaderThatDoesNotReadLosesLinesAndStopsNobody() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let stream = LogStream(descriptor: ends[1])
    let start = ContinuousClock.now
    // A pipe holds 64 KiB; all but one of the lines that find no room are lost without a wait.
    for number in 0..<200 { stream.write("\(number) " + String(repeating: "x", count: 10_000) + "\n") }
    #expect(ContinuousClock.now - start < .seconds(30))
    let reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    let first = try #require(try reader.read(upToCount: 1 << 15))
    #expect(first.starts(with: Data("0 xxx".utf8)))
    stream.write("there is room again\n")
    close(ends[1])
    let rest = String(decoding: reader.readDataToEndOfFile(), as: UTF8.self)
    #expect(rest.hasSuffix("x\nthere is room again\n"))
    #expect(!rest.contains("199 x"))
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"), (951_827_696, "2000-02-29T12:34:56Z", "Tue, 29 Feb 2000 12:34:56 GMT"),
    (1_772_366_400, "2026-03-01T12:00:00Z", "Sun, 01 Mar 2026 12:00:00 GMT"), (-1, "1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 GMT"),
    (253_402_300_799, "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT"),
  ])
  func civilTimes(_ seconds: Int, _ rfc3339: String, _ http: String) {
    #expect(CivilTime(secondsSince1970: seconds).rfc3339() == rfc3339)
    #expect(CivilTime(secondsSince1970: seconds).httpDate == http)
  }
}
