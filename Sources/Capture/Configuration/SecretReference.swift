internal import Foundation

/// References to values that stand elsewhere, in Kafka's config provider syntax: `${env:NAME}`, `${file:/path:key}` (a line
/// `key=value` of a properties file), `${dir:/path:name}` (the content of a file).
enum SecretReference {
  /// Replaces each reference in `value`. What is not one (`${routedByValue}`) stays.
  ///
  /// - Throws: `CaptureError` (configuration) naming the key and the reference, never the value behind it.
  static func resolve(_ value: String, key: String, environment: [String: String]) throws(CaptureError) -> String {
    var out = ""
    var rest = Substring(value)
    while let start = rest.range(of: "${") {
      out += rest[..<start.lowerBound]
      rest = rest[start.lowerBound...]
      guard let end = rest.firstIndex(of: "}") else { break }
      let reference = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
      let parts = reference.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      out += parts.count == 2 ? try look(up: parts[1], provider: parts[0], key: key, environment: environment) : String(rest[...end])
      rest = rest[rest.index(after: end)...]
    }
    return out + rest
  }

  /// The error without what references stand for, whole or in parts: a list is looked at element by element.
  ///
  /// Whoever may send a configuration must not learn from its refusal what a variable or a file holds.
  static func redacted(_ error: CaptureError, settings: [String: String], environment: [String: String]) -> CaptureError {
    var error = error
    for (key, raw) in settings.sorted(by: { $0.key < $1.key }) where raw.contains("${") {
      guard let value = try? resolve(raw, key: key, environment: environment), value != raw else { continue }
      var fragments = Set(value.split { ",;: \t=".contains($0) }.map(String.init)).union([value])
      for fragment in fragments { fragments.insert(String(JSONDocument.quoted(fragment).dropFirst().dropLast())) }
      // What the file says itself may be said again, and very short texts are parts of any sentence.
      for fragment in fragments.sorted(by: { ($0.count, $0) > ($1.count, $1) }) where fragment.count > 2 && !raw.contains(fragment) {
        error.reason = error.reason.replacing(fragment, with: "${…}")
        error.cause = error.cause?.replacing(fragment, with: "${…}")
      }
    }
    return error
  }

  private static func look(
    up argument: String, provider: String, key: String, environment: [String: String]
  ) throws(CaptureError) -> String {
    switch provider {
    case "env":
      guard let value = environment[argument] else {
        throw .configuration("key \"\(key)\": the environment variable \(argument) is not set")
      }
      return value
    case "file", "dir":
      guard let colon = argument.lastIndex(of: ":") else {
        throw .configuration("key \"\(key)\": expected ${\(provider):path:name}, found ${\(provider):\(argument)}")
      }
      let path = String(argument[..<colon])
      let name = String(argument[argument.index(after: colon)...])
      let file = provider == "file" ? path : path + "/" + name
      guard let data = FileManager.default.contents(atPath: file), let text = String(validating: data, as: UTF8.self) else {
        throw .configuration("key \"\(key)\": the file \(file) cannot be read")
      }
      if provider == "dir" { return text.trimmingSpace() }
      for line in text.split(whereSeparator: \.isNewline) {
        let line = String(line).trimmingSpace()
        guard !line.hasPrefix("#"), !line.hasPrefix("!"), let separator = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
          continue
        }
        if String(line[..<separator]).trimmingSpace() == name { return String(line[line.index(after: separator)...]).trimmingSpace() }
      }
      throw .configuration("key \"\(key)\": \(file) has no line \(name)=…")
    default:
      throw .configuration("key \"\(key)\": the config provider \"\(provider)\" is not known; expected env, file or dir")
    }
  }
}
