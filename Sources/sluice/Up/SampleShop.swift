import Commerce

/// What runs where the configuration names no connectors of its own: the sample shop.
enum SampleShop {
  /// Below the working directory, which is the project's folder.
  static let connectors = ["product", "product-option", "category", "brand", "seller", "tag", "outbox"].map { "connectors/\($0).json" }

  /// Where these connectors send.
  static let topics =
    ["product-events"] + ["options", "categories", "brands", "sellers", "tags"].map { "shop.public.\($0)" } + [OrderHandler.defaultTopic]
}
