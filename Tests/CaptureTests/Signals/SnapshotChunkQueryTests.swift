import Postgres
import Testing

@testable import Capture

@Suite struct SnapshotChunkQueryTests {
  private static func query(_ order: [(String, Bool)], condition: String? = nil) -> SnapshotChunkQuery {
    SnapshotChunkQuery(
      schema: "s", table: "t", includesChildren: false, columns: ["a", "b"], order: order.map { .init(name: $0.0, isOptional: $0.1) },
      conditionOfTheOperatorAsSQL: condition)
  }

  @Test func keysWithoutNullsAreComparedAsRows() {
    #expect(
      Self.query([("a", false), ("b", false)]).chunk(after: ["1", "o'x"], through: ["9", "z"], limit: 5).sql
        == #"COPY (SELECT "a", "b", "a", "b" FROM ONLY "s"."t" WHERE ("a", "b") > ('1', 'o''x') AND ("a", "b") <= ('9', 'z') ORDER BY "a", "b" LIMIT 5) TO STDOUT"#
    )
  }

  @Test func nullsOrderLast() {
    #expect(
      Self.query([("a", false), ("b", true)]).chunk(after: ["1", nil], through: ["9", "z"], limit: 5).sql.contains(
        #"WHERE (("a" > '1') OR ("a" = '1' AND false)) AND NOT (("a" > '9') OR ("a" = '9' AND ("b" > 'z' OR "b" IS NULL))) ORDER"#))
  }

  @Test func aConditionIsEnclosed() {
    let query = Self.query([("a", false)], condition: "v > 3 -- or less")
    #expect(query.chunk(after: nil, through: ["9"], limit: 5).sql.contains("<= ('9') AND (v > 3 -- or less\n) ORDER BY"))
    #expect(
      query.maximum.sql == "COPY (SELECT \"a\" FROM ONLY \"s\".\"t\" WHERE (v > 3 -- or less\n) ORDER BY \"a\" DESC LIMIT 1) TO STDOUT")
  }

  @Test func aSurrogateKeyNeedsNotBeUnique() {
    let keyed = EncoderHarness.table("t", [("id", 23), ("at", 1184)], key: ["id"])
    let keyless = EncoderHarness.table("t", [("id", 23), ("at", 1184)], key: [])
    func names(_ table: TableDescription, _ surrogate: String?) -> [String] {
      SnapshotChunkReader.order(of: table, surrogateKey: surrogate).map(\.name)
    }
    #expect(names(keyed, nil) == ["id"] && names(keyed, "at") == ["at", "id"] && names(keyed, "id") == ["id"])
    #expect(names(keyless, nil) == [] && names(keyless, "at") == ["at", "ctid"] && names(keyless, "CTID") == ["ctid"])
  }
}
