import Foundation
import Hummingbird
import ReadModels
import Testing

@testable import HTTP

@Suite struct QueryRoutesTests {
  private func harness(_ documents: StubDocuments, limits: PageLimits = PageLimits(standard: 2, most: 5)) -> Harness {
    let products = DocumentCollection(
      "products", from: documents,
      filters: [
        .equals("brand", ["brand", "id"], .integer), .contains("tag", ["tags"]), .atLeast("min_price", ["price"]),
        .atMost("max_price", ["price"]),
        .containsText("q", ["name"]), .equals("active", ["active"], .boolean),
      ])
    return Harness(QueryRoutes([products], limits: limits, logger: Harness.logger))
  }

  private let one = StubDocuments([StubDocuments.document("7", version: 3)])

  @Test func aDocumentHasItsVersionTimeAndPosition() async throws {
    let answer = try await harness(one).get("/v1/products/7")
    #expect(answer.status == 200)
    #expect(answer.text == #"{"id":7}"#)
    #expect(answer.headers[.contentType] == "application/json")
    #expect(answer.header("ETag") == "\"3\"")
    #expect(answer.header("Last-Modified") == "Sun, 01 Mar 2026 12:00:00 GMT")
    #expect(answer.header("Sluice-Position") == "16/B374D848")
    #expect(answer.headers[.cacheControl] == "no-cache")
  }

  @Test(arguments: ["\"3\"", "W/\"3\"", "\"1\", \"3\"", "\"1\",W/\"3\"", "*", "\"a,b\", \"3\"", " \"3\" ,"])
  func matchingTagsAnswer304(_ header: String) async throws {
    let answer = try await harness(one).get("/v1/products/7", [.ifNoneMatch: header])
    #expect(answer.status == 304)
    #expect(answer.body.isEmpty)
    #expect(answer.header("ETag") == "\"3\"")
    #expect(answer.header("Sluice-Position") == "16/B374D848")
    #expect(answer.header("Content-Type") == nil)
    #expect(answer.header("Content-Length") == nil)
  }

  @Test(arguments: ["\"2\"", "\"33\"", "W/\"1\"", "\"1\", \"2\""])
  func otherTagsAnswer200(_ header: String) async throws {
    #expect(try await harness(one).get("/v1/products/7", [.ifNoneMatch: header]).status == 200)
  }

  @Test(arguments: ["3", "\"3", "w/\"3\"", "* , \"3\"", "\"3\" \"4\"", ","])
  func brokenTagsAnswer400(_ header: String) async throws {
    _ = try await harness(one).get("/v1/products/7", [.ifNoneMatch: header]).problem(400)
  }

  @Test func whatIsNotThereIs404AndWhatCannotBeIs400() async throws {
    _ = try await harness(one).get("/v1/products/8").problem(404, type: "urn:sluice:not-found")
    // `*` asks whether anything is there: nothing is.
    _ = try await harness(one).get("/v1/products/8", [.ifNoneMatch: "*"]).problem(404)
    for path in ["/v1/products/abc", "/v1/products/%zz", "/v1/products/%00", "/v1/products/%FF", "/v1/products/7?x=1"] {
      _ = try await harness(one).get(path).problem(400)
    }
  }

  @Test func listsArePaged() async throws {
    let harness = harness(StubDocuments((1...5).map { StubDocuments.document("\($0)", lsn: Int64($0)) }))
    let first = try await harness.get("/v1/products?tag=a%26b&limit=2")
    #expect(first.status == 200)
    #expect(first.text == #"{"items":[{"id":1},{"id":2}],"next":"2"}"#)
    #expect(first.header("Sluice-Position") == "0/2")
    #expect(first.header("Link") == "</v1/products?tag=a%26b&limit=2&cursor=2>; rel=\"next\"")
    let last = try await harness.get("/v1/products?cursor=4")
    #expect(last.text == #"{"items":[{"id":5}],"next":null}"#)
    #expect(last.header("Link") == nil)
    let empty = try await harness.get("/v1/products?cursor=9")
    #expect(empty.text == #"{"items":[],"next":null}"#)
    #expect(empty.header("Sluice-Position") == nil)
  }

  @Test func aListsTagFollowsItsDocuments() async throws {
    let before = try await harness(StubDocuments([StubDocuments.document("1"), StubDocuments.document("2")])).get("/v1/products")
    let tag = try #require(before.header("ETag"))
    let same = try await harness(StubDocuments([StubDocuments.document("1"), StubDocuments.document("2")])).get(
      "/v1/products", [.ifNoneMatch: tag])
    #expect(same.status == 304)
    for changed in [
      [StubDocuments.document("1"), StubDocuments.document("2", version: 2)], [StubDocuments.document("1")],
      [StubDocuments.document("1"), StubDocuments.document("3")],
      [StubDocuments.document("1"), StubDocuments.document("2"), StubDocuments.document("3")],
    ] {
      #expect(try await harness(StubDocuments(changed)).get("/v1/products", [.ifNoneMatch: tag]).status == 200)
    }
  }

  @Test func parametersBecomeFilters() async throws {
    let documents = StubDocuments()
    let answer = try await harness(documents).get(
      "/v1/products?brand=7&tag=new&tag=red+hot&min_price=1.5&max_price=1e3&q=%C3%BCber&active=true&limit=5")
    #expect(answer.status == 200)
    #expect(
      documents.asked.filters == [
        [
          .equals(["brand", "id"], 7), .contains(["tags"], "new"), .contains(["tags"], "red hot"), .atLeast(["price"], 1.5),
          .atMost(["price"], 1000), .containsText(["name"], "über"), .equals(["active"], true),
        ]
      ])
  }

  @Test func aDeclaredProjectionIsACollection() async throws {
    let yaml = """
      projection: item
      table: items
      root: products
      fields: {price: , brand: {one: brands, by: brand_id, fields: [id]}, name: }
      search: {fields: [name]}
      filters: {brand: {equals: brand.id, type: integer}, min_price: {at_least: price}, q: {contains_text: name}}
      """
    let declaration = try #require(try ProjectionDeclaration.parse(yaml, file: "p.yaml").first)
    let documents = StubDocuments()
    let harness = Harness(QueryRoutes([DocumentCollection(declaration, from: documents)], logger: Harness.logger))
    let answer = try await harness.get("/v1/items?brand=7&min_price=2&q=red&search=red+-blue")
    #expect(answer.status == 200)
    #expect(
      documents.asked.filters == [
        [.equals(["brand", "id"], 7), .atLeast(["price"], 2), .containsText(["name"], "red"), .search("red -blue")]
      ])
    _ = try await harness.get("/v1/items?search=").problem(400)
  }

  @Test(arguments: [
    "limit=0", "limit=6", "limit=-1", "limit=x", "limit=", "limit=1&limit=1", "cursor=", "cursor=1&cursor=2", "cursor=wrong", "brand=x",
    "brand=",
    "brand=99999999999999999999", "min_price=nan", "min_price=inf", "min_price=", "min_price=0x10", "active=yes", "q=", "q=%00", "tag=%zz",
    "tag=%FF",
    "colour=red", "q=" + String(repeating: "x", count: 201), Array(repeating: "tag=a", count: 51).joined(separator: "&"), "=1",
  ])
  func wrongParametersAre400(_ query: String) async throws {
    _ = try await harness(StubDocuments()).get("/v1/products?\(query)").problem(400)
  }

  @Test func anUnknownParameterNamesTheKnownOnes() async throws {
    let problem = try await harness(StubDocuments()).get("/v1/products?colour=red").problem(400, type: "urn:sluice:unknown-parameter")
    #expect(problem["allowed"] as? [String] == ["active", "brand", "cursor", "limit", "max_price", "min_price", "q", "tag"])
  }

  @Test func aStoreThatFailsIs503AndTellsNothing() async throws {
    struct Failure: Error, CustomStringConvertible { let description = "relation \"products\" does not exist" }
    for path in ["/v1/products", "/v1/products/7"] {
      let answer = try await harness(StubDocuments(failure: Failure())).get(path)
      _ = try answer.problem(503, type: "urn:sluice:unavailable")
      #expect(answer.header("Retry-After") == "1")
      #expect(!answer.text.contains("relation"))
    }
  }
}
