/// How a connection to PostgreSQL is encrypted. The names are libpq's `ssl…` parameters.
///
/// Source: PostgreSQL documentation, "SSL Support" in the chapter on libpq.
public struct TLSConfiguration: Sendable, Hashable {
  /// What to demand of the server.
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    /// Never encrypt.
    case disable
    /// Encrypt only when the server insists.
    case allow
    /// Encrypt when the server can (libpq's default): protects from nobody who can change packets.
    case prefer
    /// Always encrypt, without a look at the certificate unless a root certificate is given.
    case require
    /// Always encrypt, and the certificate must come from a known authority.
    case verifyCA = "verify-ca"
    /// As `verifyCA`, and the certificate must carry the host's name: what to use across a network.
    case verifyFull = "verify-full"
  }

  /// Default `prefer`.
  public var mode: Mode
  /// Path of the PEM file with the authorities' certificates (`sslrootcert`).
  public var rootCertificate: String?
  /// Path of the client's certificate (`sslcert`).
  public var certificate: String?
  /// Path of the client's key (`sslkey`).
  public var key: String?
  /// Password of the client's key (`sslpassword`).
  public var keyPassword: Secret?
  /// Path of a list of revoked certificates (`sslcrl`).
  public var revocationList: String?
  /// `TLSv1.2` when nil.
  public var minimumProtocol: String?

  /// See the properties.
  public init(
    mode: Mode = .prefer, rootCertificate: String? = nil, certificate: String? = nil, key: String? = nil, keyPassword: Secret? = nil,
    revocationList: String? = nil, minimumProtocol: String? = nil
  ) {
    self.mode = mode
    self.rootCertificate = rootCertificate
    self.certificate = certificate
    self.key = key
    self.keyPassword = keyPassword
    self.revocationList = revocationList
    self.minimumProtocol = minimumProtocol
  }

  /// libpq's keywords and values.
  var parameters: [(String, String)] {
    var result = [("sslmode", mode.rawValue)]
    if let rootCertificate { result.append(("sslrootcert", rootCertificate)) }
    if let certificate { result.append(("sslcert", certificate)) }
    if let key { result.append(("sslkey", key)) }
    if let keyPassword { result.append(("sslpassword", keyPassword.reveal())) }
    if let revocationList { result.append(("sslcrl", revocationList)) }
    if let minimumProtocol { result.append(("ssl_min_protocol_version", minimumProtocol)) }
    return result
  }
}
