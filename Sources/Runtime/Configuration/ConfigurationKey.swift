/// One key of the configuration, declared once: its name, what it takes, its default and what it is for.
public struct ConfigurationKey<Value: Sendable>: ConfigurationDeclaration {
  /// The full name with dots, `syncer.batch_size`.
  public let name: String
  /// What it is for, for the reference: whole sentences, units included.
  public let documentation: String
  /// The value when nobody sets the key.
  public let defaultValue: Value
  let kind: ConfigurationKind<Value>
  private let defaultNote: String?

  /// Declares a key.
  /// - Parameters:
  ///   - name: lower case sections and words, `section.some_key`.
  ///   - kind: what it takes.
  ///   - defaultValue: the value when nobody sets it.
  ///   - defaultNote: words for the reference where the default's own text says too little.
  ///   - documentation: what it is for.
  public init(
    _ name: String, _ kind: ConfigurationKind<Value>, default defaultValue: Value, defaultNote: String? = nil, _ documentation: String
  ) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.defaultNote = defaultNote
    self.documentation = documentation
  }

  /// What it takes, in words.
  public var expected: String { kind.expected }
  /// One value, a list or a mapping.
  public var takesMapping: Bool { kind.shape == .map }
  /// True when it takes several values.
  public var takesList: Bool { kind.shape == .list }
  /// True when its value is never shown and stands in no file.
  public var isSecret: Bool { kind.isSecret }
  /// True when it names files.
  public var isPath: Bool { kind.isPath }
  /// The default as it would be written; empty when there is none.
  public var defaultText: String { defaultNote ?? kind.write(defaultValue) }

  /// The value of the text, or nil when it is not as expected.
  public func value(of raw: RawConfigurationValue) -> (any Sendable)? { kind.read(raw) }

  /// The text of a value; `***` for secrets.
  public func text(of value: any Sendable) -> String { (value as? Value).map(kind.write) ?? "" }
}

extension ConfigurationKey {
  /// Declares a key that may be left unset.
  public init<Wrapped>(_ name: String, optional kind: ConfigurationKind<Wrapped>, defaultNote: String? = nil, _ documentation: String)
  where Value == Wrapped? {
    self.init(name, kind.optional(), default: nil, defaultNote: defaultNote, documentation)
  }
}
