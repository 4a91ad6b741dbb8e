/// One of the places where a configuration's value may come from, the first of them being the one that counts.
struct ConfigurationSynonym: Equatable, Sendable {
  var name: String
  var value: String?
  var source: ConfigurationSource
}
