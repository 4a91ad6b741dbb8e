/// The file that the last broker left when it had closed every log in order (Kafka's `.kafka_cleanshutdown`): with it, a start believes the
/// snapshots and indexes and reads no data.
enum CleanShutdown {
  private static let name = ".kafka_cleanshutdown"

  /// Whether it is there; it is not any more when this returns, durably, so that a crash from here on is recognised.
  static func take(in folder: String, operations: FileOperations = FileOperations()) throws(LogError) -> Bool {
    let path = folder + "/" + name
    guard try operations.status(path) != nil else { return false }
    try operations.remove(path)
    try operations.synchronizeFolder(folder)
    return true
  }

  /// To be called last, when all files are synced.
  static func leave(in folder: String, operations: FileOperations = FileOperations()) throws(LogError) {
    try operations.replace(folder + "/" + name, with: .init(), durably: true, folder: folder)
  }
}
