/// A configuration as DescribeConfigs shows it.
struct ConfigurationEntry: Equatable, Sendable {
  var name: String
  /// Nil where Kafka has no value either.
  var value: String?
  /// Cannot be changed while the broker runs.
  var isReadOnly: Bool
  var source: ConfigurationSource
  var type: ConfigurationType
  /// Strongest first.
  var synonyms: [ConfigurationSynonym]
  var documentation: String
}
