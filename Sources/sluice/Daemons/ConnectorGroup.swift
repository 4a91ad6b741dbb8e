import Capture
import ServiceLifecycle

/// The connectors of one process: it ends when all have ended; when one fails, the others are stopped in order first.
struct ConnectorGroup: Service {
  let engines: [CaptureEngine]

  func run() async throws {
    let failures = await withTaskGroup(of: (any Error)?.self) { group in
      for engine in engines {
        group.addTask {
          do { try await engine.run() } catch { return error }
          return nil
        }
      }
      var failures: [any Error] = []
      for await failure in group {
        guard let failure else { continue }
        failures.append(failure)
        for engine in engines { engine.stop() }
      }
      return failures
    }
    if let first = failures.first { throw first }
  }
}
