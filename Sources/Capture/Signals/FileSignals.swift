internal import Dispatch
internal import Foundation

/// The channel `file`: a signal in each line. Lines are taken away once they are handled, and survive a kill until then.
///
/// The file is renamed to `<name>.taken` at once, so that who writes meanwhile begins a new one, and removed when a stored offset says that its
/// lines were handled.
actor FileSignals: SignalChannel {
  private let path: String
  /// The taken file's identity and lines.
  private var taken: (name: String, lines: Int)?
  private static let queue = DispatchQueue(label: "sluice.capture.signals")
  private static let largestFile = 16 << 20

  init(path: String) { self.path = path }

  nonisolated var waits: Bool { false }
  private nonisolated var takenPath: String { path + ".taken" }

  func close() async {}

  func read(from stored: SignalPositions) async throws -> [Result<CaptureSignal, SignalError>] {
    if let taken {
      guard taken.lines == 0 || (stored.file == taken.name && stored.fileLines >= taken.lines) else { return [] }
      try await onQueue { try FileManager.default.removeItem(atPath: $0) }
      self.taken = nil
    }
    let path = path
    let found = try await onQueue { takenPath -> (name: String, content: Data)? in
      let files = FileManager.default
      // One that a killed predecessor has left comes first.
      if !files.fileExists(atPath: takenPath) {
        var isFolder: ObjCBool = false
        guard files.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { return nil }
        guard (try files.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue ?? 0 > 0 else { return nil }
        try files.moveItem(atPath: path, toPath: takenPath)
      }
      let attributes = try files.attributesOfItem(atPath: takenPath)
      guard (attributes[.size] as? NSNumber)?.intValue ?? 0 <= Self.largestFile else {
        throw CaptureError.failed("signal.file \(path) is larger than \(Self.largestFile) bytes: remove \(takenPath)")
      }
      let inode = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0
      let time = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      return ("\(inode).\(UInt64(max(0, time) * 1e6))", try Data(contentsOf: URL(fileURLWithPath: takenPath)))
    }
    guard let found else { return [] }
    let lines = found.content.split(separator: 0x0A, omittingEmptySubsequences: false)
    var signals: [Result<CaptureSignal, SignalError>] = []
    var last = 0
    for (number, line) in lines.enumerated() where !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
      do throws(SignalError) {
        signals.append(.success(try CaptureSignal(parsing: line, origin: .file(found.name, line: number))))
        last = number + 1
      } catch {
        signals.append(.failure(error))
      }
    }
    taken = (found.name, last)
    return signals
  }

  private func onQueue<T: Sendable>(_ body: @escaping @Sendable (String) throws -> T) async throws -> T {
    let path = takenPath
    return try await withCheckedThrowingContinuation { continuation in
      Self.queue.async { continuation.resume(with: Result { try body(path) }) }
    }
  }
}
