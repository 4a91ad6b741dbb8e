/// A ``ConfigurationKey`` without its value's type, so that keys stand together in one table.
public protocol ConfigurationDeclaration: Sendable {
  /// The full name with dots.
  var name: String { get }
  /// What it is for.
  var documentation: String { get }
  /// What it takes, in words.
  var expected: String { get }
  /// The default as it would be written.
  var defaultText: String { get }
  /// True when every name below the key belongs to it.
  var takesMapping: Bool { get }
  /// True when it takes several values.
  var takesList: Bool { get }
  /// True when its value is never shown and stands in no file.
  var isSecret: Bool { get }
  /// True when it names files.
  var isPath: Bool { get }
  /// The value of a text, or nil when the text is not as expected.
  func value(of raw: RawConfigurationValue) -> (any Sendable)?
  /// The text of a value; `***` for secrets.
  func text(of value: any Sendable) -> String
}

extension ConfigurationDeclaration {
  /// The environment variable that overrides the key: `syncer.batch_size` is `SLUICE_SYNCER_BATCH_SIZE`.
  public var environmentName: String { "SLUICE_" + String(name.map { $0 == "." ? "_" : $0 }).uppercased() }
}
