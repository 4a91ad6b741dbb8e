/// Advisory lock keys of documents and of the values that lead to them: 48 bits of the name's hash, 16 of the value's.
///
/// Two values whose hashes are equal wait for each other without need, which costs time and never correctness.
struct LockID: Hashable, Sendable {
  private static let valueBits: UInt64 = 0xFFFF

  /// The key for `pg_advisory_xact_lock`.
  let key: Int64

  /// The lock of `value` among those of `name`.
  init(name: String, value: String) {
    key = Int64(bitPattern: (StableHash.of(name.utf8) & ~Self.valueBits) | (StableHash.of(value.utf8) & Self.valueBits))
  }

  /// The lock of `name` as a whole.
  init(whole name: String) {
    key = Int64(bitPattern: StableHash.of(("all:" + name).utf8))
  }
}
