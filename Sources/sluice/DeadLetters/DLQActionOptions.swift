import ArgumentParser
import Foundation
import Syncer

/// What everything takes that changes something.
struct DLQActionOptions: ParsableArguments {
  @Flag(help: "Do it.") var execute = false
  @Flag(name: .customLong("dry-run"), help: "Only tell what would be done: the default.") var dryRun = false
  @Option(help: "Why, for the audit.") var reason = ""
  @Option(help: ArgumentHelp("Who, for the audit (default: this user at this host).", valueName: "name")) var actor: String?
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if execute, dryRun { throw ValidationError("--execute and --dry-run exclude each other") }
  }

  var request: DeadLetterRetryRequest {
    let user = ProcessInfo.processInfo.environment["SUDO_USER"] ?? NSUserName()
    var request = DeadLetterRetryRequest(
      actor: ParkingActor(name: actor ?? "\(user)@\(ProcessInfo.processInfo.hostName)", reason: reason))
    request.executes = execute
    return request
  }
}
