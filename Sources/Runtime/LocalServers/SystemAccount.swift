internal import Foundation

/// A user of this machine, and how to run a program as that user.
struct SystemAccount: Sendable, Hashable {
  let name: String
  let userID: uid_t
  let groupID: gid_t

  /// Nil when there is no such user.
  init?(named name: String) {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
    self.name = name
    userID = entry.pw_uid
    groupID = entry.pw_gid
  }

  /// The words that stand before a command so that it runs as this user; needs root.
  func prefix() throws -> [String] {
    for folder in ["/usr/bin", "/usr/sbin", "/bin", "/sbin"] {
      let setpriv = folder + "/setpriv"
      if FileManager.default.isExecutableFile(atPath: setpriv) {
        return [setpriv, "--reuid=\(userID)", "--regid=\(groupID)", "--init-groups"]
      }
    }
    for folder in ["/usr/sbin", "/sbin", "/usr/bin", "/bin"] {
      let runuser = folder + "/runuser"
      if FileManager.default.isExecutableFile(atPath: runuser) { return [runuser, "-u", name, "--"] }
    }
    throw LocalPostgresError("running as root, but neither setpriv nor runuser is there to drop to \"\(name)\"; install util-linux")
  }

  /// Whether this user may go through all folders down to `path` (its own mode is not looked at).
  func canReach(_ path: String) -> Bool {
    var folder = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().deletingLastPathComponent()
    while true {
      var status = stat()
      // What does not exist yet will be made with a mode that lets others through.
      if stat(folder.path, &status) == 0 {
        let bit: mode_t = status.st_uid == userID ? 0o100 : status.st_gid == groupID ? 0o010 : 0o001
        if status.st_mode & bit == 0 { return false }
      }
      if folder.path == "/" { return true }
      folder.deleteLastPathComponent()
    }
  }
}
