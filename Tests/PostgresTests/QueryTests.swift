import Testing

@testable import Postgres

@Suite struct QueryTests {
  @Test func valuesAreBinds() {
    let name = "'; DROP TABLE x --"
    let missing: Int64? = nil
    let query: Query = "SELECT * FROM t WHERE a = \(name) AND b = \(missing) AND c = \(Int32(7))"
    #expect(query.sql == "SELECT * FROM t WHERE a = $1 AND b = $2 AND c = $3")
    #expect(query.binds == [Bind(type: 0, text: name), Bind(type: 20, value: nil), Bind(type: 23, text: "7")])
    #expect(!query.description.contains("DROP"))
  }

  @Test func identifiersAndLiteralsAreQuoted() {
    let query: Query = "SELECT \(identifiers: ["a", "B\"c"]) FROM \(identifier: "my schema", "t") WHERE x = \(literal: "it's")"
    #expect(query.sql == "SELECT \"a\", \"B\"\"c\" FROM \"my schema\".\"t\" WHERE x = 'it''s'")
    #expect(Query.quoted(literal: "a\\b") == "E'a\\\\b'")
    #expect(query.flaw == nil)
    #expect(("\(identifier: "")" as Query).flaw != nil)
  }

  @Test func queriesGoIntoQueries() {
    let condition: Query = "a = \(Int64(1)) OR b = \(Int64(2))"
    let query: Query = "SELECT \(Int64(0)) WHERE \(condition) LIMIT \(Int64(3))"
    #expect(query.sql == "SELECT $1 WHERE a = $2 OR b = $3 LIMIT $4")
    #expect(query.binds.map(\.value) == ["0", "1", "2", "3"].map { Array($0.utf8) })
    #expect((condition + "AND c").sql == "a = $1 OR b = $2 AND c")
  }

  @Test func arraysKeepNullEmptyAndTheWordNullApart() {
    let texts: [String?] = [nil, "", "NULL", "a\"b\\c,{}"]
    let query: Query = "SELECT unnest(\(textArray: texts, as: "numeric(10,2)[]")), \([Int64?.some(1), nil])"
    #expect(query.sql == "SELECT unnest(CAST($1 AS numeric(10,2)[])), $2")
    #expect(query.binds[0].value == Array(#"{NULL,"","NULL","a\"b\\c,{}"}"#.utf8))
    #expect(query.binds[1] == Bind(type: 1016, text: #"{"1",NULL}"#))
    #expect(("\([UInt8]())" as Query).binds == [Bind(type: 17, value: [], isBinary: true)])
  }

  @Test(arguments: [
    "int); DROP TABLE x; --", "text'", "a)", "(", "\"open", "", "a;b", "x--y",
  ])
  func whatIsNoTypeNameIsNotSent(type: String) {
    #expect(("SELECT \("1", as: type)" as Query).flaw != nil)
  }

  @Test(arguments: ["timestamp(3) with time zone[]", "\"My; Schema\".\"mood\"\"s\"[]", "shop.état", "\"char\""])
  func typeNamesAreTaken(type: String) {
    #expect(("SELECT \("1", as: type)" as Query).flaw == nil)
  }
}
