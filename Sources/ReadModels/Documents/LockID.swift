/// Advisory lock keys of documents and of the values that lead to them: a hash of both the name and the value.
///
/// Two values whose hashes are equal wait for each other without need, which costs time and never correctness. With 64 bits that does not
/// happen; with few bits of the value each large batch would meet some of every other one's, and one at a time would be computed.
struct LockID: Hashable, Sendable {
  /// The key for `pg_advisory_xact_lock`.
  let key: Int64

  /// The lock of `value` among those of `name`.
  init(name: String, value: String) {
    key = Int64(bitPattern: StableHash.of("\(name)\u{0}\(value)".utf8))
  }

  /// The lock of `name` as a whole.
  init(whole name: String) {
    key = Int64(bitPattern: StableHash.of(("all:" + name).utf8))
  }
}
