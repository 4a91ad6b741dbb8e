import Commands
import FoundationEssentials
import Postgres

/// A small aggregate for tests: money comes in, and only what is there goes out.
struct Account: Aggregate {
  enum Intent: Sendable {
    case deposit(Int64)
    case withdraw(Int64)
  }

  struct Event: AggregateEvent, Codable {
    var change: Int64
    var type: String { change < 0 ? "Withdrawn" : "Deposited" }
    var schemaVersion: Int { 1 }

    func payload() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }
    static func decode(type: String, schemaVersion: Int, payload: [UInt8]) throws -> Event {
      try JSONDecoder().decode(Event.self, from: Data(payload))
    }
  }

  static let type = "account"
  var balance: Int64 = 0

  func decide(_ intent: Intent) throws(CommandError) -> [Event] {
    switch intent {
    case .deposit(0): return []
    case .deposit(let amount): return [Event(change: amount)]
    case .withdraw(let amount):
      guard amount <= balance else { throw .rejected(rule: "the account has \(balance)") }
      return [Event(change: -amount)]
    }
  }

  mutating func apply(_ event: Event) { balance += event.change }
}

struct Deposit: AggregateCommand {
  typealias Target = Account
  static let name = "deposit"
  let account: String
  let intent: Account.Intent

  init(from fields: inout CommandFields) throws(CommandError) {
    account = try fields.string("account")
    intent = .deposit(try fields.integer("amount", in: 0...1000))
  }

  func aggregateID(on connection: Connection) async throws -> String { account }
}

struct Withdraw: AggregateCommand {
  typealias Target = Account
  static let name = "withdraw"
  let account: String
  let intent: Account.Intent

  init(from fields: inout CommandFields) throws(CommandError) {
    account = try fields.string("account")
    intent = .withdraw(try fields.integer("amount", in: 1...1000))
  }

  func aggregateID(on connection: Connection) async throws -> String { account }
}

/// Does a deposit after running the SQL of a table `trouble`, which a test fills.
struct Troubled: Command {
  static let name = "troubled"
  static let aggregateType = Account.type

  init(from fields: inout CommandFields) throws(CommandError) {}

  func aggregateID(on connection: Connection) async throws -> String { "troubled" }

  func execute(in context: CommandContext) async throws -> Int64 {
    let loaded = try await context.eventStore.load(Account.self, id: context.aggregateID, on: context.connection)
    try await context.connection.execute("SELECT trouble()")
    return try await context.eventStore.append(
      [Account.Event(change: 1)], of: Account.self, id: context.aggregateID, expectedVersion: loaded.version,
      metadata: context.metadata, on: context.connection)
  }
}
