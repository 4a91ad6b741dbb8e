import ArgumentParser
import Foundation
import Runtime

/// `sluice down`: stops what `sluice up` started in another terminal.
struct DownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "Stop an installation that `sluice up` started, in order.",
    discussion: """
      EXAMPLES
        sluice down
        sluice down --set up.data_folder=/var/lib/sluice
      """)

  @OptionGroup var options: InstallationOptions

  func run() async throws {
    try await Running.reporting("down") {
      let folder = UpFolder(path: try options.load()[Keys.Up.dataFolder])
      guard let installation = RunningInstallation.read(folder.running), installation.isAlive else {
        print("nothing runs in \(folder.root.path)")
        return
      }
      kill(installation.processID, SIGTERM)
      let deadline = ContinuousClock.now + .seconds(120)
      while installation.isAlive {
        guard ContinuousClock.now < deadline else {
          throw SupervisorError("process \(installation.processID) has not stopped after 120 s; its logs are in \(folder.logs.path)")
        }
        try await Task.sleep(for: .milliseconds(100))
      }
      print("stopped")
    }
  }
}
