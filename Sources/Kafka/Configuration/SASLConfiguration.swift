/// How a client authenticates itself.
public enum SASLConfiguration: Sendable {
  /// User and password in the clear: only over TLS.
  case plain(username: String, password: String)
  /// SCRAM with SHA-256.
  case scramSHA256(username: String, password: String)
  /// SCRAM with SHA-512.
  case scramSHA512(username: String, password: String)
  /// A bearer token, asked for when the client starts and before each one expires.
  case oauthBearer(any OAuthTokenProvider)

  var tokenProvider: (any OAuthTokenProvider)? {
    if case .oauthBearer(let provider) = self { provider } else { nil }
  }

  var credentials: (username: String, password: String)? {
    switch self {
    case .plain(let username, let password), .scramSHA256(let username, let password), .scramSHA512(let username, let password):
      (username, password)
    case .oauthBearer: nil
    }
  }

  func apply(to native: inout NativeConfiguration) {
    switch self {
    case .plain(let username, let password): apply("PLAIN", username, password, to: &native)
    case .scramSHA256(let username, let password): apply("SCRAM-SHA-256", username, password, to: &native)
    case .scramSHA512(let username, let password): apply("SCRAM-SHA-512", username, password, to: &native)
    case .oauthBearer: native.set("sasl.mechanisms", "OAUTHBEARER")
    }
  }

  private func apply(_ mechanism: String, _ username: String, _ password: String, to native: inout NativeConfiguration) {
    if username.isEmpty { native.reject("sasl: \(mechanism) needs a username, found an empty one") }
    native.set("sasl.mechanisms", mechanism)
    native.set("sasl.username", username)
    native.set("sasl.password", password)
  }
}

extension SASLConfiguration: CustomStringConvertible, CustomReflectable {
  /// The mechanism and the user; never the password.
  public var description: String {
    switch self {
    case .plain(let username, _): "PLAIN(\(username))"
    case .scramSHA256(let username, _): "SCRAM-SHA-256(\(username))"
    case .scramSHA512(let username, _): "SCRAM-SHA-512(\(username))"
    case .oauthBearer: "OAUTHBEARER"
    }
  }

  /// Nothing to look into, so that a dump does not print the password.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
