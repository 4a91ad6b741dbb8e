import HTTP

/// The query parameters by which the sample shop's lists are filtered.
enum CommerceQueries {
  static let productFilters: [CollectionFilter] = [
    .equals("brand", ["brand", "id"], .integer), .equals("seller", ["seller", "id"], .integer), .equals("status", ["status"]),
    .contains("category", ["categories", "[]", "id"], .integer), .contains("tag", ["tags", "[]", "id"], .integer),
    .containsText("name", ["name"]),
  ]
  static let orderFilters: [CollectionFilter] = [.equals("customer", ["customerId"]), .equals("status", ["status"])]
}
