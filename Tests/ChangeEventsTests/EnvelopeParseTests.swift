import Testing

@testable import ChangeEvents

@Suite struct EnvelopeParseTests {
  private let good =
    #"{"before":null,"after":{"id":1,"a\"b":"x\u00e9\uD83D\uDE42","n":1.5,"big":18446744073709551615,"l":[1, {"x":"]"}],"o":{"p":1},"t":true,"z":null},"source":{"name":"p","ts_ms":5,"snapshot":"first","db":"d","sequence":"[null,\"9\"]","ts_us":5001,"schema":"public","table":"t","txId":7,"lsn":9},"transaction":{"id":"7:9","total_order":3,"data_collection_order":2},"op":"c","ts_ms":6}"#

  private func parse(_ text: String) throws(EnvelopeError) -> Envelope { try Envelope.parse(Array(text.utf8)) }

  @Test func everyPart() throws {
    let envelope = try parse(good)
    #expect(envelope.op == .create)
    #expect(envelope.tsMs == 6)
    #expect(envelope.before == nil)
    #expect(envelope.transaction == EnvelopeTransaction(id: "7:9", totalOrder: 3, dataCollectionOrder: 2))
    let source = envelope.source
    #expect(source.name == "p" && source.db == "d" && source.schema == "public" && source.table == "t")
    #expect(source.lsn == 9 && source.txID == 7 && source.tsMs == 5 && source.tsUs == 5001 && source.snapshot == .first)
    #expect(source.sequence == #"[null,"9"]"#)
    #expect(source.isTable(schema: "public", table: "t") && !source.isTable(schema: "public", table: "u"))
    let row = try #require(envelope.after)
    #expect(row.count == 8)
    #expect(row.name(1) == "a\"b")
    #expect(row["id"] == .integer(1))
    #expect(row["a\"b"] == .string("xé🙂"))
    #expect(row["n"] == .number(text: "1.5"))
    #expect(row["big"] == .number(text: "18446744073709551615"))
    #expect(row["l"] == .json(text: #"[1, {"x":"]"}]"#))
    #expect(row["o"] == .json(text: #"{"p":1}"#))
    #expect(row["t"] == .bool(true))
    #expect(row["z"] == .null)
    #expect(row.isNull(7) && !row.isNull(6))
    #expect(row["nothing"] == nil)
    #expect(row.index(of: "n", hint: 2) == 2 && row.index(of: "n", hint: 99) == 2 && row.index(of: "n", hint: -1) == 2)
  }

  @Test func wrapped() throws {
    for text in [
      #"{"schema":{"type":"struct","fields":[{"field":"payload"}]},"payload":"# + good + "}",
      #" {"payload" : "# + good + #" , "schema":null} "#,
    ] {
      let envelope = try parse(text)
      #expect(envelope.after?["a\"b"] == .string("xé🙂"))
      #expect(envelope.after?["l"] == .json(text: #"[1, {"x":"]"}]"#))
      #expect(envelope.source.table == "t")
    }
    let recorded = try Envelope.parse(try #require(try Fixtures.values("types.schemas.jsonl").first))
    #expect(recorded.after?["ints"] == .json(text: "[1,2,3]"))
    #expect(recorded.source.table == "collections")
  }

  @Test func everyRecordedValue() throws {
    var count = 0
    for name in ["operations.default", "operations.transactions", "commerce.routed", "types.default"] {
      for (line, value) in try Fixtures.values(name + ".jsonl").enumerated() {
        if String(decoding: value, as: UTF8.self).contains("\"status\":") { continue }
        let envelope = try Envelope.parse(value)
        #expect(envelope.source.name == "golden", "\(name) \(line)")
        count += 1
      }
    }
    #expect(count > 60)
    let message = try #require(try Fixtures.values("operations.default.jsonl").map(Envelope.parse).first { $0.op == .message })
    #expect(message.message?["content"] == .string("aGVsbG8="))
  }

  @Test(
    arguments: [
      ("", .empty), ("   ", .empty), ("{", .invalidJSON), (#"{"op":"c""#, .invalidJSON), ("nonsense", .invalidJSON), ("[1]", .notAnObject),
      ("17", .notAnObject), ("null", .notAnObject), (#"{"schema":1,"payload":null}"#, .notAnObject), ("{}", .missingField),
      (#"{"op":"d"}"#, .missingField), (#"{"op":"d","source":{}}"#, .missingField),
      (#"{"op":"d","source":{"ts_ms":1,"schema":"s"}}"#, .missingField), (#"{"op":"d","source":7}"#, .wrongType),
      (#"{"op":1,"source":{"ts_ms":1,"schema":"s","table":"t"}}"#, .wrongType),
      (#"{"op":"x","source":{"ts_ms":1,"schema":"s","table":"t"}}"#, .wrongType),
      (#"{"op":"cc","source":{"ts_ms":1,"schema":"s","table":"t"}}"#, .wrongType),
      (#"{"op":"c","source":{"ts_ms":1,"schema":"s","table":"t"}}"#, .missingField),
      (#"{"op":"c","after":3,"source":{"ts_ms":1,"schema":"s","table":"t"}}"#, .wrongType),
      (#"{"op":"d","source":{"ts_ms":"1","schema":"s","table":"t"}}"#, .wrongType),
      (#"{"op":"d","source":{"ts_ms":1,"schema":4,"table":"t"}}"#, .wrongType),
      (#"{"op":"d","before":{"n":1e999},"source":{"ts_ms":1,"schema":"s","table":"t"}}"#, .invalidJSON),
      (#"{"op":"d","before":{"n":99999999999999999999999},"source":{"ts_ms":1,"schema":"s","table":"t"}}"#, .invalidJSON),
      (#"{"op":"d","before":{"n":[1,,2]},"source":{"ts_ms":1,"schema":"s","table":"t"}}"#, .invalidJSON),
      (#"{"op":"d","transaction":5,"source":{"ts_ms":1,"schema":"s","table":"t"}}"#, .wrongType),
      (#"{"op":"m","source":{"ts_ms":1,"schema":"","table":""}}"#, .missingField),
      (#"{"op":"d","ts_ms":{},"source":{"ts_ms":1,"schema":"s","table":"t"}}"#, .wrongType),
    ] as [(String, EnvelopeError.Code)])
  func garbageIsNamed(_ text: String, _ code: EnvelopeError.Code) {
    let error = #expect(throws: EnvelopeError.self) { try parse(text) }
    #expect(error?.code == code)
  }

  @Test func invalidUTF8() {
    let error = #expect(throws: EnvelopeError.self) { try Envelope.parse(Array("{\"op\":\"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8)) }
    #expect(error?.code == .invalidUTF8)
  }

  @Test func deepNesting() {
    for depth in [100, 5000, 200_000] {
      let text = #"{"op":"d","before":{"n":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}}"
      let error = #expect(throws: EnvelopeError.self) { try parse(text) }
      #expect(error?.code == .tooDeep)
    }
  }

  @Test func sizes() throws {
    for size in [10, 5000, 70_000, 3_000_000, 9_000_000, 20] {
      let value = String(repeating: "x\\n", count: size)
      let envelope = try parse(#"{"op":"d","before":{"v":""# + value + #""},"source":{"ts_ms":1,"schema":"s","table":"t"}}"#)
      #expect(envelope.before?["v"] == .string(String(repeating: "x\n", count: size)))
    }
    let error = #expect(throws: EnvelopeError.self) { try Envelope.parse([UInt8](repeating: 0x20, count: (64 << 20) + 1)) }
    #expect(error?.code == .tooLarge)
  }

  @Test func envelopesOutliveTheirBytesAndThreads() async throws {
    let texts = await withTaskGroup(of: String?.self) { group in
      for index in 0..<200 {
        group.addTask {
          let text = #"{"op":"d","before":{"v":"value \#(index)"},"source":{"ts_ms":1,"schema":"s","table":"t"}}"#
          guard let envelope = try? Envelope.parse(Array(text.utf8)) else { return nil }
          await Task.yield()
          guard case .string(let value)? = envelope.before?["v"] else { return nil }
          return value == "value \(index)" ? value : nil
        }
      }
      return await group.reduce(into: [String?]()) { $0.append($1) }
    }
    #expect(texts.count == 200 && !texts.contains(nil))
  }
}
