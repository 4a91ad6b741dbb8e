import Foundation

/// Programs of the machine that some tests need.
enum Tools {
  /// Whether they are all in PATH; what is missing is printed, since a test is left out then.
  static func have(_ names: String..., for test: String) -> Bool {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let missing = names.filter { name in !folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") } }
    if !missing.isEmpty { print("\(test) is left out: there is no \(missing.joined(separator: ", ")) in PATH") }
    return missing.isEmpty
  }
}
