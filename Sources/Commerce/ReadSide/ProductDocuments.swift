public import ReadModels

/// The product documents: each product with its prices, tags, categories, reviews, option groups and options, brand and seller.
///
/// The declaration is that of `compose/projections/product.yaml`, letter by letter (a test compares them), so that the program needs no
/// file to keep the sample shop.
public enum ProductDocuments {
  /// The documents' table, for queries: `public.products`, keyed by product.
  public static let table = DocumentTable(
    table: "products", keyType: "bigint", numericIndexes: [["price", "amount"]],
    containment: .fields([["brand", "id"], ["seller", "id"], ["status"], ["categories", "[]", "id"], ["tags", "[]", "id"]]))

  /// The mirrored tables that the documents are made of, in schema `public` of the write database.
  public static var sourceTables: [String] { CatalogueMigrations.tables }

  /// The newest reviews that a document lists; its count and average cover all.
  public static let listedReviews = 100

  /// The projection, ready for ``DeclaredProjections/definitions(over:checkedOn:)``.
  public static var declarations: DeclaredProjections {
    get throws(ProjectionError) { try DeclaredProjections(ProjectionDeclaration.parse(yaml, file: "product.yaml")) }
  }

  /// The declaration.
  public static let yaml = """
    # The sample shop's products: one document for each, made of eleven tables. `sluice up` keeps it where the configuration names no projections.
    projection: product
    table: products
    root: products
    fields:
      id:
      name:
      description:
      status:
      version:
      createdAt: created_at
      updatedAt: updated_at
      brand: {one: brands, by: brand_id, fields: [id, name]}
      seller: {one: sellers, by: seller_id, fields: [id, name]}
      price: {one: product_prices, on: product_id, order: currency, fields: [currency, amount]}
      prices: {many: product_prices, on: product_id, order: currency, fields: [currency, amount]}
      categories:
        many: categories
        through: {table: product_categories, on: product_id}
        by: category_id
        fields: [id, name]
      tags:
        many: tags
        through: {table: product_tags, on: product_id}
        by: tag_id
        fields: [id, name]
      rating:
        aggregates: reviews
        on: product_id
        fields:
          count: count
          average: {average: rating, round: 2}
      # The newest; the rating above is of all.
      reviews:
        many: reviews
        on: product_id
        order: id desc
        limit: 100
        fields:
          id:
          author:
          rating:
          body:
          createdAt: created_at
      # An option does not carry the product's ID: it is found through its group.
      optionGroups:
        many: option_groups
        on: product_id
        fields:
          id:
          name:
          options: {many: options, on: group_id, fields: [id, name, surcharge]}
    # Of the fields that are filtered by, not of all: texts that change need no other entries then.
    indexes:
      contains: filters
      numbers: [price.amount]
    filters:
      brand: {equals: brand.id, type: integer}
      seller: {equals: seller.id, type: integer}
      status: {equals: status}
      category: {equals: categories.id, type: integer}
      tag: {equals: tags.id, type: integer}
      name: {contains_text: name}
      min_price: {at_least: price.amount}
      max_price: {at_most: price.amount}

    """
}
