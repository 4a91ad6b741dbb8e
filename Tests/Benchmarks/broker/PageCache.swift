import Foundation

/// What the kernel keeps of files.
enum PageCache {
  /// Has it forget the files of a folder, so that they are read from the disk again, as after the machine's start.
  static func forget(_ folder: URL) {
    sync()
    guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return }
    for case let file as URL in files {
      let descriptor = open(file.path, O_RDONLY)
      guard descriptor >= 0 else { continue }
      _ = posix_fadvise(descriptor, 0, 0, Int32(POSIX_FADV_DONTNEED))
      close(descriptor)
    }
  }
}
