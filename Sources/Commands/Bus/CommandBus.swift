public import FoundationEssentials

/// The door to the write side: takes commands and tells what became of them.
public protocol CommandBus: Sendable {
  /// Carries out one command and returns after its commit. Safe to call from any number of tasks.
  ///
  /// - Throws: ``CommandError``.
  func submit(_ request: CommandRequest) async throws -> CommandReceipt

  /// What became of a command; nil where no such command is known (or its log entry was pruned).
  ///
  /// - Throws: ``CommandError/unavailable``.
  func status(of id: UUID) async throws -> CommandStatus?
}
