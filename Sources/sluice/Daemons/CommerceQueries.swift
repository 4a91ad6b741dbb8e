import HTTP

/// The query parameters by which the sample shop's orders are filtered; those of its products are declared.
enum CommerceQueries {
  static let orderFilters: [CollectionFilter] = [.equals("customer", ["customerId"]), .equals("status", ["status"])]
}
