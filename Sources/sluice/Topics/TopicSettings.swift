import ArgumentParser

/// `key=value` of a topic's configuration.
enum TopicSettings {
  static func parse(_ settings: [String]) throws -> [String: String] {
    var result: [String: String] = [:]
    for setting in settings {
      guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
        throw ValidationError("\(setting): expected key=value, as in cleanup.policy=compact")
      }
      result[String(setting[..<equals])] = String(setting[setting.index(after: equals)...])
    }
    return result
  }
}
