/// Whether a key takes one value, several, or named ones. A mapping owns every name below its key.
public enum ConfigurationShape: Sendable {
  case scalar
  case list
  case map
}
