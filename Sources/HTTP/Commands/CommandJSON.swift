import Commands
import Foundation
import Runtime

/// Receipts and statuses as the API shows them.
enum CommandJSON {
  static func text(of receipt: CommandReceipt) -> String {
    "{\"commandId\":\"\(receipt.commandID.uuidString.lowercased())\",\"aggregateType\":\(JSONText.quoted(receipt.aggregateType)),"
      + "\"aggregateId\":\(JSONText.quoted(receipt.aggregateID)),\"version\":\(receipt.version),"
      + "\"position\":\(JSONText.quoted(receipt.position))}"
  }

  static func text(of status: CommandStatus) -> String {
    var text = "{\"commandId\":\"\(status.commandID.uuidString.lowercased())\",\"name\":\(JSONText.quoted(status.name)),"
    text += "\"state\":\"\(status.state.rawValue)\""
    func member(_ name: String, _ value: String?) { if let value { text += ",\"\(name)\":\(JSONText.quoted(value))" } }
    member("reason", status.reason)
    member("aggregateType", status.aggregateType)
    member("aggregateId", status.aggregateID)
    if let version = status.version { text += ",\"version\":\(version)" }
    member("position", status.position)
    member("acceptedAt", time(status.acceptedAtMicroseconds))
    member("finishedAt", status.finishedAtMicroseconds.map(time))
    return text + "}"
  }

  private static func time(_ microseconds: Int64) -> String {
    let seconds = microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
    return CivilTime(secondsSince1970: Int(seconds)).rfc3339(fraction: CivilTime.padded(Int(microseconds - seconds * 1_000_000), 6))
  }
}
