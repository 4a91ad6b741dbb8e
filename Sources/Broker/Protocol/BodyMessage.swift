/// The body of a request or a response, with the versions that this broker speaks.
protocol BodyMessage: Message {
  /// The first and the last version; others are refused with UNSUPPORTED_VERSION.
  static var versions: ClosedRange<Int16> { get }
  /// From this version on strings, arrays and structures are compact and may carry tags (KIP-482).
  static var flexibleSince: Int16 { get }
}
