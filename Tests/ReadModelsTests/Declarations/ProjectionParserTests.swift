import Testing

@testable import ReadModels

/// What can be said of a declaration without the tables: where it is wrong, and what was expected there.
struct ProjectionParserTests {
  static let wrong: [(yaml: String, problem: String)] = [
    ("", "p.yaml:1: expected a projection, which begins with its name: \"projection: product\""),
    ("- a", "p.yaml:1: expected \"projection: <name>\" or a list under \"projections:\" at the top of the file"),
    ("root: products", "p.yaml:1: the projection has no name; expected \"projection: <name>\""),
    (
      "projection: Product\nroot: p\nfields: [id]",
      "p.yaml:1: projection = \"Product\": expected a name of up to 40 lower case letters, digits and _"
    ),
    ("projection: a\nroot: b\nroot: c\nfields: [id]", "p.yaml:2: the same key stands twice: root"),
    ("projection: a\nfields: [id]", "p.yaml:1: a: expected root, the mirrored table whose rows the documents are made for"),
    ("projection: a\nroot: b", "p.yaml:1: a: expected fields, what a document shows"),
    (
      "projection: a\nroot: b\nfeilds: [id]",
      "p.yaml:3: feilds: there is no such key here; expected projection, table, root, key, where, soft_delete, fields, indexes, search, filters; "
        + "did you mean fields?"
    ),
    ("projection: a\nroot: b\nfields:", "p.yaml:3: a.fields: expected fields, found nothing"),
    ("projection: a\nroot: b\nfields: []", "p.yaml:3: a.fields: expected at least one field"),
    (
      "projection: a\nroot: b\ntable: x.y.z\nfields: [id]",
      "p.yaml:3: a.table = \"x.y.z\": expected a table, or schema.table, of up to 45 bytes each, not beginning with sluice_"
    ),
    (
      "projection: a\nroot: b\nfields:\n  id:\n  x: {sql: 'a; b'}",
      "p.yaml:5: a.fields.x.sql = \"a; b\": expected one SQL expression, found a semicolon"
    ),
    (
      "projection: a\nroot: b\nfields:\n  x: {sql: 'a) + (b'}",
      "p.yaml:4: a.fields.x.sql = \"a) + (b\": a parenthesis is closed that was not opened"
    ),
    ("projection: a\nroot: b\nfields:\n  x: {sql: \"'a\"}", "p.yaml:4: a.fields.x.sql = \"'a\": a quote is opened and not closed"),
    (
      "projection: a\nroot: b\nfields:\n  x: {sql: 'a -- b'}",
      "p.yaml:4: a.fields.x.sql = \"a -- b\": expected an SQL expression without comments"
    ),
    (
      "projection: a\nroot: b\nwhere: a = $1\nfields: [id]",
      "p.yaml:3: a.where = \"a = $1\": expected an SQL expression without parameters and dollar quotes"
    ),
    ("projection: a\nroot: b\nfields: [id, name, id]", "p.yaml:3: a.fields: the field id is declared twice"),
    ("projection: a\nroot: b\nfields:\n  a.b: c", "p.yaml:4: a.fields.a.b: expected the name of a field: 1 to 200 bytes without a point"),
    (
      "projection: a\nroot: b\nfields:\n  x: {colunm: y}",
      "p.yaml:4: a.fields.x: expected one of column, sql, constant, object, one, many, aggregates, found none; did you mean column?"
    ),
    (
      "projection: a\nroot: b\nfields:\n  x: {column: y, sql: z}",
      "p.yaml:4: a.fields.x: expected one of column, sql, constant, object, one, many, aggregates, found column and sql"
    ),
    (
      "projection: a\nroot: b\nfields:\n  x:\n    column: y\n    format: isoo",
      "p.yaml:6: a.fields.x.format = \"isoo\": expected one of string, iso, epoch_ms, epoch_us, base64, hex; did you mean iso?"
    ),
    (
      "projection: a\nroot: b\nfields:\n  x:\n    many: reviews\n    on: product_id\n    limit: 0\n    fields: [id]",
      "p.yaml:7: a.fields.x.limit = \"0\": expected a whole number from 1 to 10000"
    ),
    (
      "projection: a\nroot: b\nfields:\n  x: {one: brands, by: brand_id}",
      "p.yaml:4: a.fields.x: expected either fields, for an object, or value, for a single value of each row"
    ),
    (
      "projection: a\nroot: b\nfields:\n  x: {one: brands, fields: [id]}",
      "p.yaml:4: a.fields.x: expected either on, the column of brands that holds the key of the row before, or by, the row's column that "
        + "holds the key of brands"
    ),
    (
      "projection: a\nroot: b\nfields:\n  x: {one: brands, by: b, limit: 3, fields: [id]}",
      "p.yaml:4: a.fields.x.limit: there is no such key here; expected one, on, by, through, where, soft_delete, fields, value, order"
    ),
    (
      "projection: a\nroot: b\nfields:\n  x: {many: r, on: b, order: a down, fields: [id]}",
      "p.yaml:4: a.fields.x.order = \"a down\": expected a column, then asc or desc, then nulls first or nulls last"
    ),
    (
      "projection: a\nroot: b\nfields:\n  x: {aggregates: r, on: b, fields: {n: total}}",
      "p.yaml:4: a.fields.x.fields.n = \"total\": expected count, or a section with one of count, count_distinct, sum, average, min, max, as {sum: amount}"
    ),
    (
      "projection: a\nroot: b\nfields:\n  x: {aggregates: r, on: b, fields: {n: {avrage: x}}}",
      "p.yaml:4: a.fields.x.fields.n: expected one of count, count_distinct, sum, average, min, max; did you mean average?"
    ),
    (
      "projection: a\nroot: b\nfields: [id]\nindexes: {contains: filter}",
      "p.yaml:4: a.indexes.contains = \"filter\": expected one of true, filters, false; did you mean filters?"
    ),
    (
      "projection: a\nroot: b\nfields: [id]\nindexes: {numbers: [idd]}",
      "p.yaml:4: a.indexes.numbers = \"idd\": the document has no field idd there; did you mean id?"
    ),
    (
      "projection: a\nroot: b\nfields:\n  r: {many: r, on: b, fields: [n]}\nindexes: {numbers: [r.n]}",
      "p.yaml:5: a.indexes.numbers = \"r.n\": the path leads through an array; expected one number or text in each document"
    ),
    (
      "projection: a\nroot: b\nfields:\n  r: {one: r, by: b, fields: [n]}\nsearch: {fields: [r]}",
      "p.yaml:5: a.search.fields = \"r\": the path ends at an object; expected one of its fields"
    ),
    (
      "projection: a\nroot: b\nfields: [id]\nsearch: {fields: [id], language: englisch}",
      "p.yaml:4: a.search.language = \"englisch\": expected simple, or a language of PostgreSQL's such as english or german; did you mean english?"
    ),
    (
      "projection: a\nroot: b\nfields: [id]\nfilters: {limit: {equals: id}}",
      "p.yaml:4: a.filters.limit: every list has a parameter of this name already"
    ),
    (
      "projections:\n- projection: a\n  root: b\n  fields: [id]\n- root: c",
      "p.yaml:5: projections: the projection has no name; expected \"projection: <name>\""
    ),
  ]

  @Test(arguments: wrong) func wrongDeclarationsAreRefusedWithThePlace(_ yaml: String, _ problem: String) {
    let error = #expect(throws: ProjectionError.self) { try ProjectionDeclaration.parse(yaml, file: "p.yaml") }
    #expect(error.map { "\($0)" } == problem)
  }

  @Test func everyProblemOfAFileIsTold() {
    let yaml = "projection: a\nroot: b\nfeilds: 1\nfields:\n  x: {colum: y}\n  z: {sql: '('}"
    let error = #expect(throws: ProjectionError.self) { try ProjectionDeclaration.parse(yaml, file: "p.yaml") }
    #expect(error?.problems.map(\.line) == [3, 5, 6])
  }

  @Test func twoProjectionsOfOneNameOrTableAreRefused() throws {
    let yaml = """
      projections:
        - {projection: a, root: r, fields: [id]}
        - {projection: a, table: b, root: r, fields: [id]}
        - {projection: c, table: a, root: r, fields: [id]}
      """
    let declarations = try ProjectionDeclaration.parse(yaml, file: "p.yaml")
    let error = #expect(throws: ProjectionError.self) { try DeclaredProjections(declarations) }
    #expect(
      error?.problems.map(\.description) == [
        "p.yaml:3: a: there is a projection of this name at p.yaml:2 already",
        "p.yaml:4: c: its documents would be stored in public.a, as those of a are; expected a table of its own",
      ])
  }

  @Test(arguments: [
    ("", DocumentContainment.body), ("indexes: {contains: true}", .body), ("indexes: {contains: false}", .none),
    ("indexes: {contains: filters}", .fields([["id"], ["tags", "[]"]])),
  ])
  func whatIsIndexedForContainmentIsDeclared(_ indexes: String, _ containment: DocumentContainment) throws {
    let yaml = """
      projection: product
      root: products
      fields:
        id:
        name:
        tags: {many: product_tags, on: product_id, value: name}
      filters: {id: {equals: id}, same: {equals: id, type: integer}, tag: {equals: tags}, name: {contains_text: name}}
      \(indexes)
      """
    #expect(try ProjectionDeclaration.parse(yaml, file: "p.yaml")[0].containment == containment)
  }

  @Test func filtersKnowWhereArraysAre() throws {
    let yaml = """
      projection: product
      root: products
      fields:
        id:
        brand: {one: brands, by: brand_id, fields: [id]}
        tags: {many: product_tags, on: product_id, value: name}
        categories: {many: product_categories, on: product_id, fields: [id]}
      filters:
        brand: {equals: brand.id, type: integer}
        tag: {equals: tags}
        category: {equals: categories.id, type: integer}
      """
    let filters = try ProjectionDeclaration.parse(yaml, file: "p.yaml")[0].filters
    #expect(filters.map(\.path) == [["brand", "id"], ["tags", "[]"], ["categories", "[]", "id"]])
    #expect(filters.map(\.type) == [.integer, .string, .integer])
  }
}
