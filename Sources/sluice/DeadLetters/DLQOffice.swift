import Foundation
import Logging
import Postgres
import Runtime
import Syncer

/// Opens the office of the configuration for the length of one command.
enum DLQOffice {
  /// - Parameter needsDatabase: whether it is an error that the read database does not answer, rather than a note.
  static func with(_ configuration: Configuration, needsDatabase: Bool, _ body: (DeadLetterOffice) async throws -> Void) async throws {
    let logger = Admins.logger("dlq")
    let pool = try await pool(configuration, needsDatabase: needsDatabase, logger: logger)
    do {
      try await Admins.asking(configuration) {
        let office = DeadLetterOffice(
          admin: try Admins.admin(configuration, logger: logger), consumer: try Brokers.consumer(configuration, group: "sluice-dlq"),
          producer: try Brokers.producer(configuration), pool: pool, suffix: configuration[Keys.Syncer.deadLetterSuffix], logger: logger)
        try await body(office)
      }
    } catch {
      await pool?.close()
      throw error
    }
    await pool?.close()
  }

  private static func pool(_ configuration: Configuration, needsDatabase: Bool, logger: Logger) async throws -> Pool? {
    var settings = try Databases.connection(configuration, Keys.Read.database, name: "sluice-dlq")
    settings.connectTimeout = min(settings.connectTimeout, .seconds(5))
    let pool = Pool(configuration: settings, maxConnections: 4, logger: logger)
    do {
      try await pool.withConnection { _ in }
      return pool
    } catch {
      await pool.close()
      guard !needsDatabase else { throw error }
      Admins.note("dlq", "the read database does not answer, so what was done with letters is not known: \(Running.line(error))")
      return nil
    }
  }

  /// A line that shows from two seconds on.
  static func progress() -> (Int64, Int64, Int) -> Void {
    let line = ProgressLine()
    let start = ContinuousClock.now
    return { done, all, written in
      guard ContinuousClock.now - start > .seconds(2) else { return }
      line.update("\(done) of \(all) read\(written > 0 ? ", \(written) written" : "")")
    }
  }
}
