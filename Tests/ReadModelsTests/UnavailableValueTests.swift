import ChangeEvents
import Kafka
import Postgres
import Syncer
import TestSupport
import Testing

@testable import ReadModels

extension OnPostgres {
  /// The placeholder of a TOASTed value that did not change is never written, whatever the type, in whatever order changes arrive.
  @Suite struct UnavailableValueTests {
    /// Types whose values can be TOASTed, each with two values.
    static let types: [(type: String, one: String, two: String)] = [
      ("text", "long", "longer"), ("varchar(40)", "long", "longer"), ("bytea", "\\x0102", "\\x"), ("json", #"{"a": 1}"#, "[1]"),
      ("jsonb", #"{"a": 1}"#, "[1]"), ("xml", "<a/>", "<b/>"), ("numeric", "123456789012345678901234567890", "1.5"),
      ("numeric(30,2)", "1234567890.12", "1.50"), ("text[]", "{a,b}", "{}"), ("integer[]", "{1,2}", "{3}"), ("bigint[]", "{1,2}", "{3}"),
      ("bytea[]", #"{"\\x01"}"#, "{}"), ("uuid[]", "{00000000-0000-0000-0000-000000000001}", "{}"), ("jsonb[]", #"{"{\"a\": 1}"}"#, "{}"),
      ("numeric(9,2)[]", "{1.50}", "{2.25}"), ("boolean[]", "{t,f}", "{t}"), ("date[]", "{2024-01-01}", "{}"), ("hstore", #""a"=>"1""#, ""),
      ("citext", "Long", "Longer"), ("bit varying", "101", "1"), ("tsvector", "'a' 'b'", "'c'"), ("mood", "sad", "ok"),
      ("mood[]", "{sad}", "{ok}"),
    ]

    static var ddl: String {
      let columns = types.enumerated().map { "c\($0) \($1.type)" }.joined(separator: ", ")
      return """
        CREATE EXTENSION hstore; CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE TABLE wide (id bigint PRIMARY KEY, v text, \(columns)); ALTER TABLE wide REPLICA IDENTITY DEFAULT
        """
    }

    /// What a change carries of each large column.
    enum Large { case one, two, unavailable }

    /// Makes rows as the connector writes them.
    struct Writer {
      let columns: [(name: String, encoder: ColumnEncoder)]

      init(_ mirrors: MirrorSet, _ types: TypeCatalog) throws {
        let definition = try #require(mirrors.definition(table: "wide"))
        columns = try definition.columns.dropFirst(2).map { column in
          (
            column.name,
            try ColumnEncoder(type: column.typeOID, typmod: column.typmod, catalog: types, isOptional: true, options: mirrors.options)
          )
        }
      }

      func row(_ id: Int, _ v: String, _ large: Large) throws -> String {
        var writer = JSONWriter()
        for (name, encoder) in columns {
          let type = UnavailableValueTests.types[Int(name.dropFirst()) ?? 0]
          writer.raw(Array(",\"\(name)\":".utf8))
          switch large {
          case .unavailable: encoder.writeUnavailable(to: &writer)
          case .one: try write(type.one, encoder, &writer)
          case .two: try write(type.two, encoder, &writer)
          }
        }
        return #"{"id":\#(id),"v":"\#(v)"\#(String(decoding: writer.copyBytes(), as: UTF8.self))}"#
      }

      private func write(_ text: String, _ encoder: ColumnEncoder, _ writer: inout JSONWriter) throws {
        var text = text
        try text.withUTF8 { try encoder.write(text: UnsafeRawBufferPointer($0), to: &writer) }
      }
    }

    func withBench(_ body: (ReadModelBench, Writer, [String]) async throws -> Void) async throws {
      try await ReadModelBench.with(ddl: Self.ddl, tables: ["wide"]) { bench in
        let catalog = try await MirrorCatalog.load(
          from: bench.connection, tables: ["wide"], namespace: MirrorNamespace(topicPrefix: "shop"))
        let writer = try Writer(bench.mirrors, catalog.types)
        try await body(bench, writer, writer.columns.map(\.name))
      }
    }

    /// The stored large values of a row as the source would have them; NULL where they are not known.
    func stored(_ bench: ReadModelBench, _ names: [String], _ id: Int) async throws -> [String]? {
      try await bench.row("SELECT \(names.map { "\($0)::text" }.joined(separator: ", ")) FROM shop.wide WHERE id = \(id)")
        .map { $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init) }
    }

    func expected(_ names: [String], _ large: Large) -> [String] {
      names.map { name in
        let type = Self.types[Int(name.dropFirst()) ?? 0]
        return large == .unavailable ? "-" : large == .one ? type.one : type.two
      }
    }

    @Test func allOfThemAreMirrored() async throws {
      try await withBench { (_, _, names) async throws -> Void in #expect(names.count >= Self.types.count - 2, "\(names)") }
    }

    /// In the order of the stream, cut into batches in every way.
    @Test(arguments: 0..<16) func theColumnKeepsWhatItHasWhereverABatchEnds(_ cuts: Int) async throws {
      try await withBench { (bench, writer, names) async throws -> Void in
        let wide = Changes(table: "wide")
        let changes = [
          wide("c", lsn: 10, after: try writer.row(1, "a", .one)), wide("u", lsn: 20, after: try writer.row(1, "b", .unavailable)),
          wide("u", lsn: 30, after: try writer.row(1, "c", .two)), wide("u", lsn: 40, after: try writer.row(1, "d", .unavailable)),
          wide("u", lsn: 50, after: try writer.row(1, "e", .unavailable)),
        ]
        var batch: [ChangeRecord] = []
        for (number, change) in changes.enumerated() {
          batch.append(change)
          guard number == 4 || cuts & (1 << number) != 0 else { continue }
          try await bench.apply(batch)
          batch = []
        }
        #expect(try await stored(bench, names, 1) == expected(names, .two))
        #expect(try await bench.row("SELECT v FROM shop.wide") == "e")
      }
    }

    @Test func aRowThatIsNotThereYetHasNoValueUntilOneComes() async throws {
      try await withBench { (bench, writer, names) async throws -> Void in
        let wide = Changes(table: "wide")
        try await bench.apply([wide("u", lsn: 20, after: try writer.row(1, "b", .unavailable))])
        #expect(try await stored(bench, names, 1) == expected(names, .unavailable))
        try await bench.apply([wide("c", lsn: 10, after: try writer.row(1, "a", .one))])
        #expect(try await stored(bench, names, 1) == expected(names, .unavailable), "an older change is not written over a newer one")
        try await bench.apply([wide("u", lsn: 30, after: try writer.row(1, "c", .unavailable))])
        #expect(try await stored(bench, names, 1) == expected(names, .unavailable))
        // What mends it: the next change of the value, or reading the table again.
        try await bench.apply([wide.reread(at: 35, try writer.row(1, "c", .one))])
        #expect(try await stored(bench, names, 1) == expected(names, .one))
        try await bench.apply([wide("u", lsn: 40, after: try writer.row(1, "d", .unavailable))])
        #expect(try await stored(bench, names, 1) == expected(names, .one))
      }
    }

    /// The key changes while the large values do not: the delete and the create can come from two partitions, in any order.
    @Test(arguments: [[0, 1], [1, 0]], [false, true]) func aChangedKeyTakesThemAlong(_ order: [Int], _ together: Bool) async throws {
      try await withBench { (bench, writer, names) async throws -> Void in
        let wide = Changes(table: "wide")
        try await bench.apply([wide("c", lsn: 10, after: try writer.row(1, "a", .one))])
        let header = Header(name: "__debezium.oldkey", value: Array(#"{"id":1}"#.utf8))
        let moved = [
          wide("d", lsn: 20, before: #"{"id":1,"v":null}"#),
          wide("c", lsn: 20, after: try writer.row(2, "a", .unavailable), headers: [header]),
        ]
        if together {
          try await bench.apply(order.map { moved[$0] })
        } else {
          for index in order { try await bench.apply([moved[index]]) }
        }
        #expect(try await stored(bench, names, 1) == nil)
        #expect(try await stored(bench, names, 2) == expected(names, .one))
        try await bench.apply([wide("u", lsn: 30, after: try writer.row(2, "b", .unavailable))])
        #expect(try await stored(bench, names, 2) == expected(names, .one))
      }
    }

    /// Any order at all: a value may be missing or an older one, but it is one that the source has had.
    @Test func noOrderOfArrivalWritesThePlaceholder() async throws {
      try await withBench { (bench, writer, names) async throws -> Void in
        let wide = Changes(table: "wide")
        let header = Header(name: "__debezium.oldkey", value: Array(#"{"id":1}"#.utf8))
        let changes = [
          wide("c", lsn: 10, after: try writer.row(1, "a", .one)), wide("u", lsn: 20, after: try writer.row(1, "b", .unavailable)),
          wide("u", lsn: 30, after: try writer.row(1, "c", .two)), wide("u", lsn: 40, after: try writer.row(1, "d", .unavailable)),
          wide("d", lsn: 50, before: #"{"id":1,"v":null}"#),
          wide("c", lsn: 50, after: try writer.row(2, "d", .unavailable), headers: [header]),
          wide("u", lsn: 60, after: try writer.row(2, "e", .unavailable)),
        ]
        let (none, one, two) = (expected(names, .unavailable), expected(names, .one), expected(names, .two))
        for seed in 0..<40 as Range<UInt64> {
          try await bench.connection.executeScript("TRUNCATE mirror_shop.wide")
          var generator = SeededRandom(seed: seed)
          var rest = seed == 0 ? changes : changes.shuffled(using: &generator)
          while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 1...3, using: &generator))
            try await bench.apply(Array(rest.prefix(count)))
            rest.removeFirst(count)
          }
          #expect(try await stored(bench, names, 1) == nil, "order \(seed)")
          let found = try await stored(bench, names, 2) ?? []
          #expect([none, one, two].contains(found), "order \(seed): \(found)")
          if seed == 0 { #expect(found == two) }
        }
      }
    }
  }
}
