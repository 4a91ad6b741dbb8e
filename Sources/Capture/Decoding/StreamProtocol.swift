internal import Postgres

/// What START_REPLICATION asks of pgoutput.
///
/// Changes of open transactions are asked for (`streaming`), which every server that we take has: a transaction that outgrows
/// `logical_decoding_work_mem` is then sent while it runs instead of being written to the database server's own disk, below `pg_replslot`, and
/// read from there after its commit. That keeps a large import from filling the disk of a primary, and most of its bytes are here
/// before it commits, so that only our own disk stands between the commit and its first record. What it costs is room here for the
/// same bytes, and the transfer of what is rolled back later. Smaller transactions come whole, as ever.
enum StreamProtocol {
  /// The options, in order.
  ///
  /// From PostgreSQL 16 on, `parallel` (protocol 4) is the form in which aborts say more; before, `on` (protocol 2) is all there is. `binary` is never
  /// asked for: the text forms are what Debezium's types are made from.
  static func options(serverVersion: Int, publication: String) -> [(String, String)] {
    let isParallel = serverVersion >= 160_000
    return [
      ("proto_version", isParallel ? "4" : "2"), ("publication_names", Query.quoted(identifier: publication)), ("messages", "true"),
      ("streaming", isParallel ? "parallel" : "on"),
    ]
  }
}
