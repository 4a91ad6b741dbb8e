internal import Kafka
internal import Postgres

/// What an error means for a capture: whether to wait and go on, and what to tell if not. Pure.
struct Failure: Sendable {
  var error: CaptureError
  var isRetriable: Bool

  init(_ error: any Error, configuration: ConnectorConfiguration) {
    switch error {
    case let error as CaptureError:
      self.error = error
      isRetriable = false
    case let error as SinkError:
      self.error = .failed(error.reason)
      isRetriable = error.isRetriable
    case let error as PostgresError:
      (self.error, isRetriable) = Self.classify(error, place: configuration.database.description, slot: configuration.slotName)
    case let error as KafkaError:
      self.error = .failed("Kafka: \(error.description)")
      isRetriable = error.isRetriable
    case let error as TransactionFolder.Failure:
      self.error = .failed(error.description)
      isRetriable = true
    case let error as DecodingError:
      self.error = .failed("the stream of the slot \"\(configuration.slotName)\" cannot be read: \(error)")
      isRetriable = false
    default:
      self.error = .failed("\(error)")
      isRetriable = false
    }
  }

  private static func classify(_ error: PostgresError, place: String, slot: String) -> (CaptureError, Bool) {
    switch error.sqlState?.rawValue {
    case "28P01", "28000": return (.configuration("\(place) refuses the login", cause: error.description), false)
    case "3D000": return (.configuration("\(place): this database does not exist", cause: error.description), false)
    case "42501": return (.configuration("the role of \(place) lacks a right", cause: error.description), false)
    case "53400":
      return (.configuration("\(place) has no slot left: raise max_replication_slots, or drop a slot", cause: error.description), false)
    // Somebody else took the slot between our look and our START_REPLICATION, or the server has not noticed that we were cut off.
    case "55006": return (.failed("the slot \"\(slot)\" of \(place) is read by another process", cause: error.description), true)
    case "42704":
      return (
        .failed("a slot or publication that was there is gone from \(place) (slot \"\(slot)\")", cause: error.description), false
      )
    default: break
    }
    switch error.classification {
    case .connection: return (.failed("\(place) cannot be reached", cause: error.description), true)
    case .retriable: return (.failed("\(place) cannot serve now", cause: error.description), true)
    default: return (.failed("\(place) failed", cause: error.description), false)
    }
  }
}
