import Foundation
import Kafka
import Postgres
import Syncer
import TestSupport
import Testing

extension EndToEndTests {
  /// Records that cannot be applied are set aside, and stop nobody else.
  @Suite struct DeadLetterTests {
    static let unknownTable = """
      {"before":null,"after":{"id":1},"source":{"version":"3.0","connector":"postgresql","name":"PREFIX","ts_ms":1,"snapshot":"false",\
      "db":"d","sequence":"[null,\\"1\\"]","ts_us":1000,"ts_ns":1000000,"schema":"public","table":"nothing","txId":1,"lsn":1,"xmin":null},\
      "transaction":null,"op":"c","ts_ms":1,"ts_us":1000,"ts_ns":1000000}
      """

    @Test func badRecordsAmongGoodOnes() async throws {
      try await Installation.with(tables: ["accounts"]) { installation in
        let topic = installation.topic("accounts")
        try await installation.connected(installation.write) { connection in
          try await Ledger.create(on: connection)
          try await Ledger.addAccounts(1...20, on: connection)
        }
        let connector = try installation.connector(tables: ["accounts"])
        let capture = try installation.capture(connector)
        let syncer = try installation.syncer(connector, topics: [topic])
        try await syncer.http.ready()
        try await expectMirrored(installation, 20)

        let own = Header(name: "origin", value: Array("by hand".utf8))
        let bad: [(String, [UInt8])] = [
          ("no JSON", Array("this is no JSON".utf8)), ("half of it", Array(#"{"op":"c","after":{"#.utf8)), ("empty", []),
          ("no envelope", Array(#"{"hello":"world"}"#.utf8)),
          ("unknown table", Array(Self.unknownTable.replacing("PREFIX", with: installation.prefix).utf8)),
          ("bytes", [0xFF, 0x00, 0xFE]),
        ]
        let places = try await installation.broker.produce(
          bad.map { ProducerRecord(topic: topic, key: Array($0.utf8), value: $1, headers: [own]) })
        try await installation.connected(installation.write) { try await Ledger.addAccounts(21...40, on: $0) }
        try await expectMirrored(installation, 40)

        let letters = try await installation.broker.records(of: "\(topic).dlq", atLeast: bad.count)
        #expect(letters.count == bad.count)
        for ((what, value), place) in zip(bad, places) {
          guard let letter = letters.first(where: { $0.key == Array(what.utf8) }) else {
            Issue.record("no dead letter of \(what)")
            continue
          }
          expect(letter, what, value, place, own, group: installation.group)
        }
        #expect(await syncer.http.metric("sluice_syncer_dead_letters_total") == Double(bad.count))
        try await syncer.http.ready()
        try await readBack(topic, count: bad.count, installation)
        try await exportAndReadBack(topic, letters, installation)
        #expect(try await syncer.run.terminate() == .code(0))
        #expect(try await capture.run.terminate() == .code(0))
      }
    }

    /// The letter is the record, with the reason in both dialects.
    private func expect(
      _ letter: ConsumerRecord, _ what: String, _ value: [UInt8], _ place: RecordMetadata, _ own: Header, group: String
    ) {
      func text(_ name: String) -> String? {
        letter.headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
      }
      func bytes(_ name: String) -> [UInt8]? { letter.headers.last { $0.name == name }?.value }
      #expect(letter.value == value, "\(what)")
      #expect(letter.partition == place.partition, "\(what)")
      #expect(letter.headers.contains(own), "\(what)")
      #expect(text("__connect.errors.topic") == place.topic)
      #expect(text("__connect.errors.partition") == "\(place.partition)")
      #expect(text("__connect.errors.offset") == "\(place.offset)")
      #expect(text("kafka_dlt-original-topic") == place.topic)
      #expect(bytes("kafka_dlt-original-partition") == withUnsafeBytes(of: place.partition.bigEndian) { Array($0) })
      #expect(bytes("kafka_dlt-original-offset") == withUnsafeBytes(of: place.offset.bigEndian) { Array($0) })
      #expect(text("kafka_dlt-original-consumer-group") == group)
      let reason = text("__connect.errors.exception.message") ?? ""
      #expect(!reason.isEmpty && !reason.contains("\n") && reason == text("kafka_dlt-exception-message"), "\(what): \(reason)")
      #expect(text("__connect.errors.exception.class.name")?.isEmpty == false)
      if what == "unknown table" { #expect(reason.contains("public.nothing"), "\(reason)") }
    }

    /// Other people's tools read them, too.
    private func readBack(_ topic: String, count: Int, _ installation: Installation) async throws {
      guard Tools.have("kcat", for: "reading dead letters with kcat") else { return }
      let kcat = try ProgramRun(
        "kcat", ["kcat", "-b", installation.broker.bootstrapServers, "-C", "-t", "\(topic).dlq", "-e", "-q", "-J"], in: installation.folder)
      #expect(try await kcat.exit() == .code(0), "\(kcat.tail)")
      let lines = kcat.output.split(separator: "\n")
      #expect(lines.count == count)
      for line in lines {
        #expect(line.contains(#""__connect.errors.topic","\#(topic)""#) && line.contains(#""kafka_dlt-original-topic","\#(topic)""#))
      }
    }

    /// What is exported is the letters, byte for byte, and some of its lines select these letters and no others.
    private func exportAndReadBack(_ topic: String, _ letters: [ConsumerRecord], _ installation: Installation) async throws {
      let export = try installation.sluice(["dlq", "export", "--topic", topic])
      #expect(try await export.exit() == .code(0), "\(export.tail)")
      let lines = try export.outputLines.map { try JSONDecoder().decode(DeadLetterLine.self, from: Data($0.utf8)) }
      #expect(lines.count == letters.count)
      for letter in letters {
        let read = lines.compactMap(\.letter).map(\.record).first {
          $0.topicPartition == letter.topicPartition && $0.offset == letter.offset
        }
        #expect(read?.key == letter.key)
        #expect(read?.value == letter.value)
        #expect(read?.headers == letter.headers)
        #expect(read?.timestamp == letter.timestamp)
      }

      let some = installation.folder.appendingPathComponent("some.jsonl")
      let chosen = zip(export.outputLines, lines).filter { ["no JSON", "bytes"].contains($1.key?.text) }.map(\.0)
      try Data((chosen.joined(separator: "\n") + "\n").utf8).write(to: some)
      let discard = try installation.sluice([
        "dlq", "discard", "--from-export", some.path, "--reason", "written by hand", "--execute", "--json",
      ])
      #expect(try await discard.exit() == .code(0), "\(discard.tail)")
      #expect(discard.output.contains(#""selected" : 2"#), "\(discard.output)")
      try Data().write(to: some)
      try await expectOneLine(
        try installation.sluice(["dlq", "discard", "--from-export", some.path, "--reason", "none"]), code: .failed,
        naming: ["some.jsonl", "found none"])
    }

    private func expectMirrored(_ installation: Installation, _ count: Int64) async throws {
      try await eventually(within: .seconds(30), "\(count) rows in the mirror") {
        let found = try? await installation.connected(installation.read) {
          try await $0.query("SELECT count(*) FROM ledger.accounts").single()[0, as: Int64.self]
        }
        return found == count
      }
    }
  }
}
