/// The folder that holds `meta.json` and a folder for each partition.
struct DataFolder {
  var path: String
  var operations = FileOperations()

  func path(of name: String) -> String { "\(path)/\(name)" }

  /// The names of everything in it.
  func names() throws(LogError) -> Set<String> {
    guard let names = try operations.list(path) else { throw LogError(path: path, reason: "is not there") }
    return Set(names)
  }

  /// True where that cannot be told.
  func exists(_ name: String) -> Bool {
    do {
      return try operations.status(path(of: name)) != nil
    } catch {
      return true
    }
  }

  /// False when something of that name is there already.
  func makeFolder(_ name: String) throws(LogError) -> Bool {
    guard try operations.status(path(of: name)) == nil else { return false }
    try operations.createFolder(path(of: name))
    return true
  }

  func rename(_ name: String, to newName: String) throws(LogError) { try operations.rename(path(of: name), to: path(of: newName)) }

  /// Whether a partition's folder has records, as far as one can tell.
  func holdsRecords(_ name: String) -> Bool {
    do {
      for file in try operations.list(path(of: name)) ?? [] where file.hasSuffix(".log") {
        if let status = try operations.status("\(path(of: name))/\(file)"), status.size > 0 { return true }
      }
      return false
    } catch {
      return true
    }
  }
}
