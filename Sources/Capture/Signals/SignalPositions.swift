internal import Postgres

/// How far each channel was read: kept with the offset, so that a restart neither repeats a signal nor leaves one out. Pure.
struct SignalPositions: Hashable, Sendable {
  /// The last row of the signal table.
  var source: LSN?
  /// The next record of the signal topic.
  var kafka: Int64?
  /// The file read last, and how many of its lines.
  var file: String?
  var fileLines = 0
  /// The inbox whose signals came last (each process has its own), and the number of the last one.
  var inbox: String?
  var inboxNumber: Int64 = 0

  /// Notes that a signal is handled now.
  ///
  /// - Returns: false if it was handled before.
  mutating func take(_ origin: SignalOrigin) -> Bool {
    switch origin {
    case .unnumbered: return true
    case .process(let inbox, let number):
      guard inbox != self.inbox || number > inboxNumber else { return false }
      self.inbox = inbox
      inboxNumber = number
    case .source(let lsn):
      guard source.map({ $0 < lsn }) ?? true else { return false }
      source = lsn
    case .kafka(let offset):
      guard offset >= kafka ?? 0 else { return false }
      kafka = offset + 1
    case .file(let name, let line):
      guard name != file || line >= fileLines else { return false }
      file = name
      fileLines = line + 1
    }
    return true
  }

  var document: JSONDocument {
    var members: [JSONDocument.Member] = []
    if let source { members.append(.init(name: "source", value: .string(source.description))) }
    if let kafka { members.append(.init(name: "kafka", value: .number(String(kafka)))) }
    if let file {
      members.append(.init(name: "file", value: .string(file)))
      members.append(.init(name: "file_lines", value: .number(String(fileLines))))
    }
    if let inbox {
      members.append(.init(name: "inbox", value: .string(inbox)))
      members.append(.init(name: "inbox_number", value: .number(String(inboxNumber))))
    }
    return .object(members)
  }

  init() {}

  /// What is missing or damaged counts as not read yet.
  init(_ document: JSONDocument?) {
    source = document?["source"]?.string.flatMap { LSN($0) }
    kafka = document?["kafka"]?.integer
    file = document?["file"]?.string
    fileLines = document?["file_lines"]?.integer.map { Int(clamping: $0) } ?? 0
    inbox = document?["inbox"]?.string
    inboxNumber = document?["inbox_number"]?.integer ?? 0
  }
}
