/// A deterministic mix of commands from several clients: the same seed gives each client the same commands in the same order.
///
/// Clients share the loaded catalogue's products, so that they meet on them; orders, and products that are created and taken away again, belong to
/// one client, so that what must come back is known.
public struct Workload: Sendable {
  /// How many clients send at the same time.
  public let clients: Int
  /// How many commands each of them sends.
  public let commandsPerClient: Int
  private let seed: UInt64
  private let size: CatalogueSize
  private let run: String

  /// Creates a workload over a loaded catalogue.
  ///
  /// - Parameters:
  ///   - clients: at least one.
  ///   - commandsPerClient: how many each sends.
  ///   - size: the catalogue that was loaded.
  ///   - seed: another seed, other commands.
  ///   - run: distinguishes the identifiers of several runs on one database: letters, digits and `-`, at most 16.
  public init(clients: Int = 8, commandsPerClient: Int = 400, size: CatalogueSize = CatalogueSize(), seed: UInt64 = 1, run: String = "1") {
    self.clients = max(1, clients)
    self.commandsPerClient = max(0, commandsPerClient)
    self.size = size
    self.seed = seed
    self.run = run
  }

  /// The commands of one client, from 0.
  public func client(_ number: Int) -> WorkloadClient {
    WorkloadClient(number: number, count: commandsPerClient, size: size, seed: seed, run: run)
  }
}
