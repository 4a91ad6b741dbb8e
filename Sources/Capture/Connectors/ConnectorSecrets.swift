/// How secrets leave and enter through the REST API.
///
/// Kafka Connect answers with the configuration as it was given. So does Sluice where a secret was given as a reference
/// (`${env:NAME}`, `${file:path:key}`, `${dir:path:name}`); a secret that stands there literally is answered with a mask, and a
/// configuration that comes back with the mask keeps the secret that was there.
enum ConnectorSecrets {
  static let mask = "********"

  static func masked(_ settings: [String: String]) -> [String: String] {
    var result = settings
    for (key, value) in settings where shouldMask(value, of: key) { result[key] = mask }
    return result
  }

  static func shouldMask(_ value: String, of key: String) -> Bool {
    ConnectorKey.isSecret(key) && !value.isEmpty && !isReference(value)
  }

  /// - Throws: `ConnectorRequestError` naming a key whose mask stands for nothing.
  static func restored(_ settings: [String: String], from old: [String: String]?) throws(ConnectorRequestError) -> [String: String] {
    var result = settings
    for (key, value) in settings where value == mask && ConnectorKey.isSecret(key) {
      guard let kept = old?[key] else {
        throw ConnectorRequestError(
          .invalid, "key \"\(key)\" holds the mask that stands for a secret, but there is none to keep: give the secret")
      }
      result[key] = kept
    }
    return result
  }

  /// Whether the whole value is one reference: `a${env:B}` holds a part of the secret.
  static func isReference(_ value: String) -> Bool {
    guard ["${env:", "${file:", "${dir:"].contains(where: { value.hasPrefix($0) }), value.hasSuffix("}") else { return false }
    return value.utf8.filter { $0 == UInt8(ascii: "}") }.count == 1
  }
}
