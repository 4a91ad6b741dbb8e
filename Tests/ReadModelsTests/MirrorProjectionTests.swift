import Kafka
import Postgres
import Syncer
import TestSupport
import Testing

@testable import ReadModels

extension OnPostgres {
  @Suite struct MirrorProjectionTests {
    static let ddl = """
      CREATE TABLE customers (id integer PRIMARY KEY, email text NOT NULL, bio text);
      CREATE TABLE order_lines (order_id integer, line_no integer, qty integer, PRIMARY KEY (order_id, line_no));
      CREATE TABLE audit_log (at timestamptz, what text);
      """
    static let tables = ["customers", "order_lines", "public.audit_log"]
    static let unavailable = "__debezium_unavailable_value"
    let customers = Changes(table: "customers")

    func withBench(_ body: (ReadModelBench) async throws -> Void) async throws {
      try await ReadModelBench.with(ddl: Self.ddl, tables: Self.tables, body)
    }

    func row(_ id: Int, _ email: String, _ bio: String?) -> String {
      #"{"id":\#(id),"email":"\#(email)","bio":\#(bio.map { "\"\($0)\"" } ?? "null")}"#
    }

    @Test func followsInsertUpdateAndDelete() async throws {
      try await withBench { bench in
        try await bench.apply([customers("c", lsn: 10, after: row(1, "a", "x")), customers("c", lsn: 11, after: row(2, "b \\\" ,{}", nil))])
        #expect(try await bench.rows("SELECT * FROM shop.customers ORDER BY id") == ["1|a|x", "2|b \" ,{}|-"])
        try await bench.apply([customers("u", lsn: 20, after: row(1, "a2", "x")), customers("d", lsn: 21, before: row(2, "", nil))])
        #expect(try await bench.rows("SELECT * FROM shop.customers") == ["1|a2|x"])
        #expect(
          try await bench.rows("SELECT id, email, _lsn, _deleted_at IS NOT NULL FROM mirror_shop.customers ORDER BY id")
            == ["1|a2|20|f", "2|b \" ,{}|21|t"], "a tombstone keeps the row's last values")
        #expect(
          try await bench.row("SELECT extract(epoch FROM _ts)::bigint FROM mirror_shop.customers WHERE id = 1") == "1700000000")
      }
    }

    /// All that is wrong with a batch is said at once, and the plan writes the others; where a row's change before the bad one has to be
    /// written in its place, the batch is planned anew.
    @Test func aPlanNamesEveryRecordAtFault() async throws {
      try await withBench { bench in
        let bad = row(4, "a", nil).replacing(#""a""#, with: "17")
        let good = [customers("c", lsn: 10, after: row(1, "a", nil)), customers("c", lsn: 14, after: row(5, "e", nil))]
        let batch = [
          good[0], customers("c", lsn: 11, after: #"{"id":"x","email":"b","bio":null}"#), customers("c", lsn: 12, after: bad),
          customers("c", lsn: 13, after: #"{"id":6,"email":"f","bio":5}"#), good[1],
        ]
        let plan = try #require(bench.mirror.plan(batch))
        #expect(plan.failures.map(\.index).sorted() == [1, 2, 3])
        let work = try #require(plan.work)
        try await bench.connection.transaction { try await work($0) }
        #expect(try await bench.rows("SELECT id, email FROM shop.customers ORDER BY id") == ["1|a", "5|e"])
        // The change before the bad one is the row's newest then.
        let followed = [customers("c", lsn: 20, after: row(4, "d", nil)), customers("u", lsn: 21, after: bad)]
        let second = try #require(bench.mirror.plan(followed))
        #expect(second.failures.map(\.index) == [1])
        #expect(second.work == nil)
      }
    }

    /// The records may be older than the column's type.
    @Test func thePlaceholderIsKnownInAColumnThatCannotBeTOASTed() async throws {
      try await withBench { bench in
        let lines = Changes(table: "order_lines")
        try await bench.apply([lines("c", lsn: 10, after: #"{"order_id":1,"line_no":1,"qty":7}"#)])
        let kept = lines("u", lsn: 11, after: #"{"order_id":1,"line_no":1,"qty":"\#(Self.unavailable)"}"#)
        try await bench.apply([kept, lines("c", lsn: 12, after: #"{"order_id":1,"line_no":2,"qty":8}"#)])
        #expect(try await bench.rows("SELECT * FROM shop.order_lines ORDER BY line_no") == ["1|1|7", "1|2|8"])
      }
    }

    @Test func redeliveryIsANoOp() async throws {
      try await withBench { bench in
        let batch = [
          customers("c", lsn: 10, after: row(1, "a", "x")), customers("u", lsn: 11, after: row(1, "b", "y")),
          customers("c", lsn: 12, after: row(2, "c", nil)), customers("d", lsn: 13, before: row(2, "", nil)),
        ]
        try await bench.apply(batch)
        let before = try await bench.rows("SELECT *, xmin FROM mirror_shop.customers ORDER BY id")
        for _ in 0..<2 { try await bench.apply(batch) }
        for record in batch { try await bench.apply([record]) }
        #expect(try await bench.rows("SELECT *, xmin FROM mirror_shop.customers ORDER BY id") == before, "not even rewritten")
        #expect(before.count == 2)
      }
    }

    @Test func everyOrderEndsAlike() async throws {
      try await withBench { bench in
        let batch = [
          customers("c", lsn: 10, after: row(1, "a", nil)), customers("u", lsn: 11, after: row(1, "b", nil)),
          customers("d", lsn: 12, before: row(1, "", nil)), customers("c", lsn: 13, after: row(1, "c", nil)),
        ]
        for order in [[3, 2, 1, 0], [2, 3, 0, 1], [1, 0, 3, 2], [2, 0, 3, 1]] {
          try await bench.connection.executeScript("TRUNCATE mirror_shop.customers")
          for index in order { try await bench.apply([batch[index]]) }
          #expect(try await bench.rows("SELECT * FROM shop.customers") == ["1|c|-"])
          try await bench.connection.executeScript("TRUNCATE mirror_shop.customers")
          try await bench.apply(order.map { batch[$0] })
          #expect(try await bench.rows("SELECT * FROM shop.customers") == ["1|c|-"])
        }
      }
    }

    @Test func aLateEventDoesNotResurrect() async throws {
      try await withBench { bench in
        try await bench.apply([customers("d", lsn: 20, before: #"{"id":1,"email":"","bio":null}"#)])
        #expect(try await bench.rows("SELECT id, email, bio, _lsn FROM mirror_shop.customers") == ["1|-|-|20"])
        try await bench.apply([customers("c", lsn: 10, after: row(1, "a", "x")), customers("u", lsn: 11, after: row(1, "b", "x"))])
        #expect(try await bench.rows("SELECT * FROM shop.customers").isEmpty)
        try await bench.apply([customers("c", lsn: 30, after: row(1, "again", nil))])
        #expect(try await bench.rows("SELECT * FROM shop.customers") == ["1|again|-"])
      }
    }

    @Test func anUnavailableValueKeepsTheColumn() async throws {
      try await withBench { bench in
        try await bench.apply([customers("c", lsn: 10, after: row(1, "a", "long")), customers("c", lsn: 11, after: row(2, "b", "longer"))])
        // From the stored row, from the row before it in the batch, and from both in one statement's batch.
        try await bench.apply([
          customers("u", lsn: 20, after: row(1, "a2", Self.unavailable)),
          customers("u", lsn: 21, after: row(2, "b2", "new")), customers("u", lsn: 22, after: row(2, "b3", Self.unavailable)),
          customers("c", lsn: 23, after: row(3, "c", "third")), customers("u", lsn: 24, after: row(3, "c2", Self.unavailable)),
          customers("u", lsn: 25, after: row(3, "c3", Self.unavailable)),
        ])
        #expect(try await bench.rows("SELECT * FROM shop.customers ORDER BY id") == ["1|a2|long", "2|b3|new", "3|c3|third"])
        try await bench.apply([
          customers("u", lsn: 30, after: row(3, "c4", Self.unavailable)), customers("d", lsn: 31, before: row(3, "", nil)),
        ])
        #expect(try await bench.row("SELECT email, bio, _deleted_at IS NOT NULL FROM mirror_shop.customers WHERE id = 3") == "c4|third|t")
      }
    }

    @Test func aValueThatDoesNotFitNamesItsRecord() async throws {
      try await withBench { bench in
        let records = [
          customers("c", lsn: 1, after: row(1, "a", nil)), customers("c", lsn: 2, after: #"{"id":"one","email":"b","bio":null}"#),
        ]
        let failure = await #expect(throws: RecordFailure.self) { try await bench.apply(records) }
        #expect(failure?.index == 1)
        #expect(failure?.reason.contains("\"one\"") == false, "a reason holds no values")
      }
    }

    @Test(arguments: [
      (#"{"email":"b","bio":null}"#, "does not carry the key column id"),
      (#"{"id":null,"email":"b","bio":null}"#, "has NULL in the key column id"),
      (#"{"id":1,"email":"b","bio":null,"phone":"1"}"#, "column phone of public.customers is not in the mirror"),
    ])
    func whatCannotBeFollowedIsRefused(_ after: String, _ reason: String) async throws {
      try await withBench { bench in
        let records = [customers("c", lsn: 1, after: row(1, "a", nil)), customers("c", lsn: 2, after: after)]
        let failure = await #expect(throws: RecordFailure.self) { try await bench.apply(records) }
        #expect(failure?.index == 1)
        #expect(failure?.reason.contains(reason) == true, "\(failure?.reason ?? "")")
      }
    }

    @Test func acceptsWhatIsMirroredAndTombstones() async throws {
      try await withBench { bench in
        #expect(bench.mirror.accepts(customers("c", lsn: 1, after: row(1, "a", nil))))
        #expect(!bench.mirror.accepts(Changes(table: "strangers")("c", lsn: 1, after: "{}")))
        #expect(!bench.mirror.accepts(Changes(schema: "other", table: "customers")("c", lsn: 1, after: "{}")))
        #expect(!bench.mirror.accepts(Changes(topicPrefix: "elsewhere", table: "customers")("c", lsn: 1, after: "{}")))
        #expect(bench.mirror.accepts(ChangeRecord(parsing: ConsumerRecord(topic: "t", partition: 0, offset: 0))))
        let event = ConsumerRecord(topic: "t", partition: 0, offset: 0, value: Array(#"{"orderId":1}"#.utf8))
        #expect(!bench.mirror.accepts(ChangeRecord(parsing: event)))
      }
    }
  }
}
