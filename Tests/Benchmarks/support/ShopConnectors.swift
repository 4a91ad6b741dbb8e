import Foundation

/// The sample shop's own connector files.
public enum ShopConnectors {
  /// Those of the catalogue: products with all that hangs on them, and what they refer to.
  public static let catalogue = ["product", "product-option", "category", "brand", "seller", "tag"]
  /// Where the catalogue's rows go.
  public static let catalogueTopics =
    ["product-events"] + ["options", "categories", "brands", "sellers", "tags"].map { "shop.public.\($0)" }

  /// The path of a file.
  ///
  /// - Throws: ``BenchmarkFailure`` where the working directory is not the project's folder.
  public static func file(_ name: String) throws -> String {
    let path = "connectors/\(name).json"
    guard FileManager.default.fileExists(atPath: path) else {
      throw BenchmarkFailure("\(path) is not here: run this by its script in Tests/Benchmarks, or in the project's folder")
    }
    return URL(fileURLWithPath: path).path
  }
}
