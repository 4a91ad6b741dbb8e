internal import ChangeEvents

extension RowVersion {
  /// The version that a change of a row has.
  init(_ envelope: Envelope) {
    let source = envelope.source
    let isSnapshot = envelope.operation == .read || source.snapshot != .streaming
    self.init(
      lsn: source.lsn ?? (isSnapshot ? source.withSequence(CommitSequence.position) : nil) ?? 0,
      after: isSnapshot ? nil : source.withSequence(CommitSequence.lastCommit) ?? RowVersion.unknownCommit,
      isDelete: envelope.operation == .delete)
  }
}
