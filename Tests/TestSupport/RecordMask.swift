internal import Foundation

/// Replaces what differs from run to run in a record's line, as the recordings of Debezium have it.
public enum RecordMask {
  private static let rules: [(String, String)] = [
    (#""version":"[^"]*""#, #""version":"<version>""#),
    (#"("(?:ts_ms|ts_us|ts_ns|lsn|txId)":)-?\d+"#, #"$1"<int>""#),
    (#""sequence":"\[null,\\"\d+\\"\]""#, #""sequence":"[null,<lsn>]""#),
    (#""sequence":"\[\\"\d+\\",\\"\d+\\"\]""#, #""sequence":"[<lsn>,<lsn>]""#),
    (#""db":"[^"]*""#, #""db":"<db>""#),
    (#"("__debezium\.context\.runId":)"[^"]*""#, #"$1"<uuid>""#),
    (#"("__debezium\.context\.runId":\{"schema":\{[^{}]*\},"payload":)"[^"]*""#, #"$1"<uuid>""#),
    (#"("(?:id|txId)":)"\d+:\d+""#, #"$1"<txid>:<lsn>""#),
    // The recorded engine counts logical messages under the address of an object.
    (#""data_collection":"io\.debezium\.[^"]*LogicalDecodingMessageId@[0-9a-f]+""#, #""data_collection":"LOGICAL_DECODING_MESSAGE""#),
    (#"x{1000,}"#, "<9000 x>"), (#"y{1000,}"#, "<9000 y>"),
  ]

  /// The line with the recordings' placeholders.
  public static func apply(_ line: String) -> String {
    rules.reduce(line) { line, rule in line.replacingOccurrences(of: rule.0, with: rule.1, options: .regularExpression) }
  }

  /// Topic and key: the order of records counts within these.
  public static func group(_ line: String) -> String {
    guard let end = line.range(of: ",\"headers\":") else { return line }
    return String(line[..<end.lowerBound])
  }
}
