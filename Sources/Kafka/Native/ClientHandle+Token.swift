internal import CRDKafka
internal import Foundation
internal import Logging

extension ClientHandle {
  /// Hands a bearer token to librdkafka; a token that it refuses is logged and asked for again.
  func set(_ token: OAuthToken, logger: Logger) {
    // Name, value, name, value: C strings that live until the call returns.
    let copies = token.extensions.sorted { $0.key < $1.key }.flatMap { [strdup($0.key), strdup($0.value)] }
    defer { for copy in copies { free(copy) } }
    var pairs = copies.map { UnsafePointer($0) }
    let complaint: String? = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer -> String? in
      guard let base = buffer.baseAddress else { return nil }
      base.initialize(repeating: 0, count: buffer.count)
      let code = rd_kafka_oauthbearer_set_token(
        pointer, token.value, token.expiresAt, token.principal, &pairs, pairs.count, base, buffer.count)
      return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : String(cString: base)
    }
    guard let complaint else { return }
    logger.error("OAUTHBEARER token refused: \(complaint)")
    rd_kafka_oauthbearer_set_token_failure(pointer, complaint)
  }
}
