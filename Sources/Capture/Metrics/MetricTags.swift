/// `custom.metric.tags`: `<name>=<value>,…`.
enum MetricTags {
  struct Tag: Sendable, Hashable {
    var name: String
    var value: String
  }

  static func parse(_ reader: SettingsReader) throws(CaptureError) -> [Tag] {
    let key = "custom.metric.tags"
    var tags: [Tag] = []
    for entry in (reader.text(key) ?? "").split(separator: ",") {
      let parts = entry.split(separator: "=", maxSplits: 1).map { String($0).trimmingSpace() }
      guard parts.count == 2, !parts[0].isEmpty, !["plugin", "name", "context", "connector", "table", "key", "status"].contains(parts[0]),
        !tags.contains(where: { $0.name == parts[0] })
      else { throw reader.error(key, String(entry), "expected <name>=<value>,… with names that metrics do not have yet") }
      tags.append(Tag(name: parts[0], value: parts[1]))
    }
    return tags
  }
}
