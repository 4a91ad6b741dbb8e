extension ConnectorConfiguration {
  /// Everything that is wrong with a file, not only the first thing.
  ///
  /// A key that is refused is taken out and the rest is checked again, so that what depends on it may be named, too.
  /// - Returns: nothing if the file can be used.
  public static func problems(of file: ConnectorFile, environment: [String: String] = [:]) -> [CaptureError] {
    var file = file
    var problems: [CaptureError] = []
    for _ in 0...file.settings.count {
      do {
        _ = try ConnectorConfiguration(file, environment: environment)
        return problems
      } catch {
        problems.append(error)
        guard let key = key(of: error) else { return problems }
        if file.settings[key] != nil {
          file.settings[key] = nil
        } else {
          // One that is missing: any value lets the rest be checked.
          file.settings[key] = "x"
        }
      }
    }
    return problems
  }

  /// The key that a message names first.
  private static func key(of error: CaptureError) -> String? {
    let marker = error.reason.contains("keys \"") ? "keys \"" : "key \""
    guard let start = error.reason.ranges(of: marker).first?.upperBound, let end = error.reason[start...].firstIndex(of: "\"") else {
      return nil
    }
    return String(error.reason[start..<end])
  }
}
