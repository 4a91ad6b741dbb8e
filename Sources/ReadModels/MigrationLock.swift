/// The advisory lock that migrations of read models hold, so that two processes that start together do not create the same table twice.
enum MigrationLock {
  static let key: Int64 = 0x736C_7569_6365_0001
}
