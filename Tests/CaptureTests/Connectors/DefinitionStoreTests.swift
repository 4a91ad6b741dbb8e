import Foundation
import TestSupport
import Testing

@testable import Capture

@Suite struct DefinitionStoreTests {
  private func wait(_ body: (@escaping @Sendable (Result<Void, any Error>) -> Void) -> Void) async throws {
    try await withCheckedThrowingContinuation { continuation in body { continuation.resume(with: $0) } }
  }

  @Test func `definitions come back, with rights for their owner alone`() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(uniqueName("definitions")).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let names = [
      "plain", "../../etc/passwd", "ä b/c:%", String(repeating: "long ", count: 40), String(repeating: "long ", count: 39) + "Long",
    ]
    do {
      let store = try FolderDefinitionStore(folder: folder)
      #expect(throws: CaptureError.self) { _ = try FolderDefinitionStore(folder: folder) }
      for name in names {
        let definition = ConnectorDefinition(name: name, settings: ["database.password": "a\"\n\u{7}"], target: .paused)
        try await wait { store.save(definition, done: $0) }
      }
      try await wait { store.save(ConnectorDefinition(name: "gone", settings: [:]), done: $0) }
      try await wait { store.remove("gone", done: $0) }
      try await wait { store.remove("gone", done: $0) }
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
    #expect(files.count == names.count)
    for file in files {
      let rights = try FileManager.default.attributesOfItem(atPath: folder + "/" + file)[.posixPermissions] as? Int
      #expect(rights == 0o600)
    }
    let loaded = try await FolderDefinitionStore(folder: folder).load()
    #expect(Set(loaded.map(\.name)) == Set(names))
    #expect(loaded.allSatisfy { $0.target == .paused && $0.settings == ["database.password": "a\"\n\u{7}"] && $0.origin == .rest })
    try "{".write(toFile: folder + "/plain.json", atomically: true, encoding: .utf8)
    await #expect(throws: CaptureError.self) { try await FolderDefinitionStore(folder: folder).load() }
  }
}
