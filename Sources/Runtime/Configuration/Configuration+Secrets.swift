import Foundation

extension Configuration {
  /// A secret from its environment variable, or else from the file that the second key names; nil when neither is set.
  /// - Throws: ``ConfigurationError`` when the file cannot be read, is empty or larger than 64 KiB.
  public func secret(
    _ key: ConfigurationKey<String?>, orFile fileKey: ConfigurationKey<String?>
  ) throws(ConfigurationError) -> Redacted<String>? {
    if let value = self[key] { return Redacted(value) }
    guard let path = self[fileKey] else { return nil }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw ConfigurationError(problem(fileKey, "expected a file that can be read"))
    }
    defer { try? handle.close() }
    let limit = 64 << 10
    guard let data = try? handle.read(upToCount: limit + 1), !data.isEmpty, data.count <= limit,
      var text = String(data: data, encoding: .utf8)
    else { throw ConfigurationError(problem(fileKey, "expected a file with one secret in it, UTF-8, 64 KiB at most")) }
    // Editors end a file with a line break and Swift counts "\r\n" as one character.
    if text.last?.isNewline == true { text.removeLast() }
    guard !text.isEmpty else { throw ConfigurationError(problem(fileKey, "expected a file with one secret in it")) }
    return Redacted(text)
  }
}
