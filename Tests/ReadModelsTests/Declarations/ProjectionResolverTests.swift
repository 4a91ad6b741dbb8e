import Testing

@testable import ReadModels

/// What is said of a declaration by the catalogue of the mirrors.
struct ProjectionResolverTests {
  private static func column(_ name: String, _ type: String) -> MirrorColumn {
    let oids: [String: UInt32] = ["bigint": 20, "integer": 23, "text": 25, "uuid": 2950, "boolean": 16, "jsonb": 3802, "numeric": 1700]
    return MirrorColumn(name: name, typeOID: oids[type] ?? 25, sourceType: type)
  }

  private static func table(
    _ name: String, key: [String] = ["id"], omitted: Set<String> = [], _ columns: KeyValuePairs<String, String>
  ) -> MirrorDefinition {
    MirrorDefinition(
      sourceTable: name, namespace: MirrorNamespace(topicPrefix: "shop"), columns: columns.map { column($0.key, $0.value) },
      key: key.compactMap { key in columns.firstIndex { $0.key == key } }, omittedColumns: omitted)
  }

  static let tables = [
    table(
      "products", omitted: ["slug"],
      ["id": "bigint", "name": "text", "brand_id": "bigint", "brand_code": "text", "details": "jsonb", "price": "numeric"]),
    table("brands", ["id": "bigint", "name": "text", "country_id": "bigint"]),
    table("reviews", ["id": "bigint", "product_id": "bigint", "rating": "integer"]),
    table("lines", key: ["order_id", "line"], ["order_id": "bigint", "line": "integer", "product_id": "bigint"]),
    table("log", key: [], ["text": "text"]),
    table("flags", ["id": "boolean"]),
  ]

  static let wrong: [(rest: String, problem: String)] = [
    (
      "root: prodcts\nfields: [id]",
      "p.yaml:2: p.root = \"prodcts\": this table is not mirrored; expected one that the connectors of syncer.mirrors capture; did you mean products?"
    ),
    ("root: log\nfields: [text]", "p.yaml:2: p.root = \"log\": this table has no primary key; expected one whose rows can be told apart"),
    ("root: products\nkey: name\nfields: [id]", "p.yaml:3: p.key = \"name\": expected the primary key of public.products, id"),
    (
      "root: lines\nkey: [line, order_id]\nfields: [line]",
      "p.yaml:3: p.key = \"line, order_id\": expected the primary key of public.lines, [order_id, line]"
    ),
    (
      "root: flags\nfields: [id]",
      "p.yaml:2: p.root = \"flags\": the key column id of public.flags is of type boolean; expected a whole number, a text or a uuid"
    ),
    ("root: products\nfields: [id, nam]", "p.yaml:3: p.fields = \"nam\": table public.products has no such column; did you mean name?"),
    (
      "root: products\nfields: [slug]",
      "p.yaml:3: p.fields = \"slug\": this column of public.products is not mirrored: it is generated, or of a type that change events do not carry"
    ),
    (
      "root: products\nsoft_delete: deleted\nfields: [id]",
      "p.yaml:3: p.soft_delete = \"deleted\": table public.products has no such column"
    ),
    (
      "root: products\nfields:\n  \"*\": {except: [brand]}",
      "p.yaml:4: p.fields.*.except = \"brand\": table public.products has no such column"
    ),
    (
      "root: products\nfields:\n  name: {constant: x}\n  \"*\": {except: id}",
      "p.yaml:5: p.fields.*: the field name would be there twice, as a column of public.products and as declared; add the column to except"
    ),
    (
      "root: products\nfields:\n  b: {one: brands, by: brand_ids, fields: [id]}",
      "p.yaml:4: p.fields.b.by = \"brand_ids\": table public.products has no such column; did you mean brand_id?"
    ),
    (
      "root: products\nfields:\n  b: {one: brands, by: brand_code, fields: [id]}",
      "p.yaml:4: p.fields.b.by: column id of public.brands is of type bigint, column brand_code of public.products of type text; expected the same type"
    ),
    (
      "root: products\nfields:\n  b: {many: products, on: {details: details}, fields: [id]}",
      "p.yaml:4: p.fields.b.on.details: rows cannot be found by column details of public.products: values of type jsonb have no index"
    ),
    (
      "root: lines\nfields:\n  b: {many: reviews, on: product_id, fields: [id]}",
      "p.yaml:4: p.fields.b.on = \"product_id\": the key of public.lines has 2 columns (order_id, line); expected on with a pair for each, as {product_id: order_id, product_id: line}"
    ),
    (
      "root: products\nfields:\n  r: {one: reviews, on: product_id, fields: [id]}",
      "p.yaml:4: p.fields.r: several rows of public.reviews can be meant; expected order, which says whose is the first, or many in place of one"
    ),
    (
      "root: products\nfields:\n  r:\n    many: reviews\n    on: product_id\n    fields:\n      p: {one: products, by: product_id, fields: [id]}",
      "p.yaml:8: p.fields.r.fields.p.one = \"products\": this leads back to the row of public.products that it is embedded in; expected another table or column"
    ),
    (
      "root: brands\nfields:\n  r: {many: reviews, through: {table: products, on: brand_id}, on: product, fields: [id]}",
      "p.yaml:4: p.fields.r.on = \"product\": table public.reviews has no such column"
    ),
    ("root: products\nfields:\n  n: {column: name, format: iso}", "p.yaml:4: p.fields.n: values of type text cannot be written as iso"),
    (
      "root: brands\nfields:\n  n: {aggregates: products, on: brand_id, fields: {s: {sum: name}}}",
      "p.yaml:4: p.fields.n.fields.s: sum takes numbers, not values of type text"
    ),
    (
      "root: brands\nfields:\n  n: {aggregates: products, on: brand_id, fields: {s: {max: details}}}",
      "p.yaml:4: p.fields.n.fields.s: values of type jsonb have no max"
    ),
    (
      "root: products\nfields:\n  n: {many: reviews, on: product_id, order: stars, fields: [id]}",
      "p.yaml:4: p.fields.n.order = \"stars\": table public.reviews has no such column"
    ),
  ]

  @Test(arguments: wrong) func whatIsNotThereIsRefusedWithThePlace(_ rest: String, _ problem: String) throws {
    let declared = try DeclaredProjections(ProjectionDeclaration.parse("projection: p\n" + rest, file: "p.yaml"))
    let mirrors = try MirrorSet(Self.tables)
    let error = #expect(throws: ProjectionError.self) { try declared.resolve(over: mirrors) }
    #expect(error.map { "\($0)" } == problem)
  }

  @Test func changesOfEveryTableLeadToTheDocuments() throws {
    let yaml = """
      projection: p
      root: products
      fields:
        brand:
          one: brands
          by: brand_id
          fields:
            name:
            others: {many: products, on: brand_id, fields: [id]}
        reviews: {many: reviews, on: product_id, fields: [rating]}
        orders: {aggregates: lines, on: product_id, value: count}
      """
    let declared = try DeclaredProjections(ProjectionDeclaration.parse(yaml, file: "p.yaml"))
    let resolved = try declared.resolve(over: MirrorSet(Self.tables))
    let definition = CompiledProjection(resolved[0], types: [:]).definition
    #expect(definition.keyType == "bigint" && definition.rootColumn == "id")
    #expect(
      definition.touches == [
        .column("id", of: "brands", through: [.children("products", foreignKey: "brand_id", then: "id")]),
        .column(
          "brand_id", of: "products",
          through: [.children("products", foreignKey: "brand_id", then: "id")]),
        .column("product_id", of: "reviews"),
        .column("product_id", of: "lines"),
      ])
  }
}
