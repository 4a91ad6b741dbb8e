import Foundation

/// The connector files of the project.
struct ConnectorFiles: Decodable, Sendable {
  let name: String
  let config: [String: String]

  var tables: [String] { (config["table.include.list"] ?? "").split(separator: ",").map(String.init) }

  /// The columns of `message.key.columns`, by table.
  var keys: [(table: String, columns: [String])] {
    (config["message.key.columns"] ?? "").split(separator: ";").compactMap { entry in
      let parts = entry.split(separator: ":")
      return parts.count == 2 ? (String(parts[0]), parts[1].split(separator: ",").map(String.init)) : nil
    }
  }

  static func load(file: String = #filePath) throws -> [ConnectorFiles] {
    let folder = URL(filePath: file).deletingLastPathComponent().appending(path: "../../connectors").standardizedFileURL
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
      .map { try JSONDecoder().decode(ConnectorFiles.self, from: Data(contentsOf: $0)) }
  }
}
