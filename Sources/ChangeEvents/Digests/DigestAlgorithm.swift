/// The hash functions of Java's `MessageDigest` that a column can be masked with, under Java's names.
public enum DigestAlgorithm: String, Sendable, Hashable, CaseIterable {
  /// RFC 1321.
  case md5 = "MD5"
  /// FIPS 180-4.
  case sha1 = "SHA-1"
  /// FIPS 180-4.
  case sha224 = "SHA-224"
  /// FIPS 180-4.
  case sha256 = "SHA-256"
  /// FIPS 180-4.
  case sha384 = "SHA-384"
  /// FIPS 180-4.
  case sha512 = "SHA-512"
  /// FIPS 180-4.
  case sha512To224 = "SHA-512/224"
  /// FIPS 180-4.
  case sha512To256 = "SHA-512/256"
  /// FIPS 202.
  case sha3To224 = "SHA3-224"
  /// FIPS 202.
  case sha3To256 = "SHA3-256"
  /// FIPS 202.
  case sha3To384 = "SHA3-384"
  /// FIPS 202.
  case sha3To512 = "SHA3-512"

  /// The algorithm that Java finds under a name: without regard to case, and `SHA`, `SHA1` stand for `SHA-1`.
  public init?(javaName: String) {
    let name = javaName.uppercased()
    let canonical = name == "SHA" || name == "SHA1" ? "SHA-1" : name
    self.init(rawValue: canonical)
  }

  /// The digest of a message.
  public func digest(_ message: [UInt8]) -> [UInt8] {
    switch self {
    case .md5: MD5.digest(message)
    case .sha1: SHA1.digest(message)
    case .sha224: SHA256.digest(message, .sha224)
    case .sha256: SHA256.digest(message, .sha256)
    case .sha384: SHA512.digest(message, .sha384)
    case .sha512: SHA512.digest(message, .sha512)
    case .sha512To224: SHA512.digest(message, .sha512To224)
    case .sha512To256: SHA512.digest(message, .sha512To256)
    case .sha3To224: SHA3.digest(message, count: 28)
    case .sha3To256: SHA3.digest(message, count: 32)
    case .sha3To384: SHA3.digest(message, count: 48)
    case .sha3To512: SHA3.digest(message, count: 64)
    }
  }
}
