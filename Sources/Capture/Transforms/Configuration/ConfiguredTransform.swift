/// A class that connector files name.
protocol ConfiguredTransform: RecordTransform {
  /// All of the class's options.
  static var options: [TransformOption] { get }
  /// Whether the class comes as `$Key` and `$Value`.
  static var hasParts: Bool { get }

  /// - Parameters:
  ///   - options: the options, each checked by itself.
  ///   - part: what the class's name says it works on; `.value` for a class without parts.
  /// - Throws: `CaptureError` (configuration) for options that do not go together.
  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError)

  /// The same transform for `TransformChain`; nil if it has to look into records.
  var compiled: Transform.Kind? { get }
}

extension ConfiguredTransform {
  static var hasParts: Bool { true }
  var compiled: Transform.Kind? { nil }
}
