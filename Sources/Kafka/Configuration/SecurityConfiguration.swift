/// How a client proves who it is and keeps others from listening. The default is plain text without authentication.
public struct SecurityConfiguration: Sendable {
  /// TLS; nil is plain text.
  public var tls: TLSConfiguration?
  /// Authentication; nil is none (or TLS client certificates alone).
  public var sasl: SASLConfiguration?

  /// Makes the configuration.
  public init(tls: TLSConfiguration? = nil, sasl: SASLConfiguration? = nil) {
    self.tls = tls
    self.sasl = sasl
  }

  /// Plain text, nobody asked who is there.
  public static var plaintext: Self { Self() }

  var protocolName: String {
    switch (tls != nil, sasl != nil) {
    case (false, false): "plaintext"
    case (true, false): "ssl"
    case (false, true): "sasl_plaintext"
    case (true, true): "sasl_ssl"
    }
  }

  func apply(to native: inout NativeConfiguration) {
    native.set("security.protocol", protocolName)
    tls?.apply(to: &native)
    sasl?.apply(to: &native)
  }
}
