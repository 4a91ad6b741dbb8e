/// TLS of a client's connections. Each certificate can be a file or PEM text, not both.
public struct TLSConfiguration: Sendable {
  /// Where a certificate or key comes from.
  public enum Source: Sendable {
    /// A file that librdkafka reads when the client is made.
    case file(String)
    /// PEM text.
    case pem(String)
  }

  /// The authorities to trust; nil is the system's.
  public var authorities: Source?
  /// The client's certificate, where the brokers ask for one.
  public var certificate: Source?
  /// The key of the client's certificate.
  public var privateKey: Source?
  /// The password of the key. Never printed.
  public var privateKeyPassword: String?
  /// Whether the broker's certificate is checked at all. Default true.
  public var verifiesPeer: Bool
  /// Whether the broker's name must be in its certificate. Default true.
  public var verifiesHostname: Bool

  /// Makes the configuration; without arguments: the system's authorities, everything verified.
  public init(
    authorities: Source? = nil, certificate: Source? = nil, privateKey: Source? = nil, privateKeyPassword: String? = nil,
    verifiesPeer: Bool = true, verifiesHostname: Bool = true
  ) {
    self.authorities = authorities
    self.certificate = certificate
    self.privateKey = privateKey
    self.privateKeyPassword = privateKeyPassword
    self.verifiesPeer = verifiesPeer
    self.verifiesHostname = verifiesHostname
  }

  func apply(to native: inout NativeConfiguration) {
    Self.apply(authorities, file: "ssl.ca.location", pem: "ssl.ca.pem", to: &native)
    Self.apply(certificate, file: "ssl.certificate.location", pem: "ssl.certificate.pem", to: &native)
    Self.apply(privateKey, file: "ssl.key.location", pem: "ssl.key.pem", to: &native)
    if let privateKeyPassword { native.set("ssl.key.password", privateKeyPassword) }
    native.set("enable.ssl.certificate.verification", verifiesPeer ? "true" : "false")
    native.set("ssl.endpoint.identification.algorithm", verifiesHostname ? "https" : "none")
    if (certificate == nil) != (privateKey == nil) {
      native.reject("tls: a certificate and its private key are needed together, only one is given")
    }
  }

  private static func apply(_ source: Source?, file: String, pem: String, to native: inout NativeConfiguration) {
    switch source {
    case .file(let path): native.set(file, path)
    case .pem(let text): native.set(pem, text)
    case nil: break
    }
  }
}

extension TLSConfiguration: CustomStringConvertible {
  /// What is configured, without keys and passwords.
  public var description: String {
    "TLS(client certificate: \(certificate != nil), verifies peer: \(verifiesPeer), verifies hostname: \(verifiesHostname))"
  }
}
