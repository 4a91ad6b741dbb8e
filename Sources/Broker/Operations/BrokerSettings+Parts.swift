/// The parts of the settings, for those who need them.
extension BrokerSettings {
  var groupConfiguration: GroupConfiguration {
    var configuration = GroupConfiguration()
    configuration.initialRebalanceDelay = groupInitialRebalanceDelayMillis
    configuration.minimumSessionTimeout = groupMinSessionTimeoutMillis
    configuration.maximumSessionTimeout = groupMaxSessionTimeoutMillis
    configuration.maximumSize = Int(groupMaxSize)
    configuration.offsetsRetention = Int64(offsetsRetentionMinutes) * 60_000
    configuration.offsetsRetentionCheckInterval = offsetsRetentionCheckIntervalMillis
    configuration.maximumOffsetMetadata = Int(offsetMetadataMaxBytes)
    return configuration
  }

  var transactionConfiguration: TransactionConfiguration {
    var configuration = TransactionConfiguration()
    configuration.maxTimeoutMillis = transactionMaxTimeoutMillis
    configuration.idExpirationMillis = Int64(transactionalIDExpirationMillis)
    configuration.abortIntervalMillis = Int64(transactionAbortIntervalMillis)
    configuration.expirationIntervalMillis = Int64(transactionRemoveExpiredIntervalMillis)
    return configuration
  }
}
