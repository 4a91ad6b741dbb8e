/// What goes wrong in a round.
enum Fault: String, CaseIterable, Sendable {
  case killCapture = "kill -9 of capture"
  case killSyncer = "kill -9 of a syncer"
  case killHandlers = "kill -9 of the handlers' process"
  case killCommands = "kill -9 of the command daemon"
  case killBroker = "kill -9 of the broker"
  case killSource = "kill -9 of the write database"
  case killRead = "kill -9 of the read database"
  case restartRead = "restart of the read database"
  case cutRead = "connections to the read database cut"
  case cutSource = "connections of capture to the write database cut"
  case cutKafka = "connections to the broker cut"
  case slowRead = "the read database stands still"
  case lockedRead = "the read database's offsets are locked"
  case slowBroker = "the broker stands still"
  case fullDisk = "the read database's disk is full"
  case poison = "malformed records"
  case addMember = "a member joins"
  case removeMember = "a member leaves"
  case killMember = "a member is killed and stays away"

  /// How often each comes, relative to the others.
  private var weight: Int {
    switch self {
    case .killCapture, .killSyncer, .killHandlers, .poison: 3
    case .killBroker, .killSource, .killRead, .addMember, .removeMember, .cutRead, .cutKafka: 2
    default: 1
    }
  }

  /// Picks one of `among`.
  static func random(among faults: [Fault], using numbers: inout some RandomNumberGenerator) -> Fault? {
    faults.flatMap { Array(repeating: $0, count: $0.weight) }.randomElement(using: &numbers)
  }
}
