/// Gives SASL OAUTHBEARER tokens.
public protocol OAuthTokenProvider: Sendable {
  /// A fresh token. Called at start and again when about 80 % of the last one's lifetime is over.
  ///
  /// Has 30 seconds and must answer to cancellation; an error is logged and the client asks again after ten seconds.
  func token() async throws -> OAuthToken
}

/// A bearer token for SASL OAUTHBEARER (RFC 7628, KIP-255).
public struct OAuthToken: Sendable {
  /// The token as it goes to the broker.
  public var value: String
  /// When it ends, in milliseconds since 1970.
  public var expiresAt: Int64
  /// Whom it stands for.
  public var principal: String
  /// SASL extensions to send along.
  public var extensions: [String: String]

  /// Makes a token.
  public init(value: String, expiresAt: Int64, principal: String, extensions: [String: String] = [:]) {
    self.value = value
    self.expiresAt = expiresAt
    self.principal = principal
    self.extensions = extensions
  }
}

extension OAuthToken: CustomStringConvertible, CustomReflectable {
  /// The principal and the end; never the token.
  public var description: String { "OAuthToken(principal: \(principal), expiresAt: \(expiresAt))" }

  /// Nothing to look into, so that a dump does not print the token.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
