/// How values are represented: Debezium's connector properties of the same names, with its defaults.
///
/// Writer and reader of a topic must agree on them: a number alone does not tell whether it counts days or milliseconds.
public struct EncodingOptions: Sendable, Hashable {
  /// `decimal.handling.mode`, for `numeric` and `money`.
  public enum DecimalHandling: String, Sendable, Hashable, CaseIterable {
    /// The unscaled value as big-endian two's complement bytes; NaN and infinities cannot be written.
    case precise
    /// Decimal text.
    case string
    /// A JSON number with the precision of a double.
    case double
  }

  /// `time.precision.mode`.
  public enum TimePrecision: String, Sendable, Hashable, CaseIterable {
    /// Milliseconds for a precision up to 3, microseconds beyond.
    case adaptive
    /// As `adaptive`, but times always in microseconds.
    case adaptiveTimeMicroseconds = "adaptive_time_microseconds"
    /// Milliseconds always.
    case connect
    /// ISO 8601 text in UTC.
    case isostring
    /// Microseconds always.
    case microseconds
    /// Nanoseconds always.
    case nanoseconds
    /// Objects of their fields (Debezium 3.7), for all temporal types; `interval.handling.mode` does not count then.
    case structured
  }

  /// `interval.handling.mode`.
  public enum IntervalHandling: String, Sendable, Hashable, CaseIterable {
    /// Microseconds, a month counted as 365.25 / 12 days.
    case numeric
    /// ISO 8601 text, `P1Y2M3DT4H5M6.78S`.
    case string
  }

  /// `binary.handling.mode`, for `bytea`.
  public enum BinaryHandling: String, Sendable, Hashable, CaseIterable {
    /// Raw bytes, which in JSON are Base64.
    case bytes
    /// Base64 text.
    case base64
    /// Base64 text of the alphabet that is safe in URLs and file names.
    case base64URLSafe = "base64-url-safe"
    /// Hexadecimal text, lower case.
    case hex
  }

  /// `hstore.handling.mode`.
  public enum HstoreHandling: String, Sendable, Hashable, CaseIterable {
    /// A JSON text.
    case json
    /// A JSON object.
    case map
  }

  /// `decimal.handling.mode`; default `precise`.
  public var decimalHandling: DecimalHandling
  /// `time.precision.mode`; default `adaptive`.
  public var timePrecision: TimePrecision
  /// `interval.handling.mode`; default `numeric`.
  public var intervalHandling: IntervalHandling
  /// `binary.handling.mode`; default `bytes`.
  public var binaryHandling: BinaryHandling
  /// `hstore.handling.mode`; default `json`.
  public var hstoreHandling: HstoreHandling
  /// `unavailable.value.placeholder`: stands for an unchanged value that the WAL does not carry.
  public var unavailableValuePlaceholder: String
  /// `money.fraction.digits`; default 2.
  public var moneyFractionDigits: Int
  /// `include.unknown.datatypes`: columns of types without a mapping are written as the bytes of their text instead of
  /// being left out; default false.
  public var includeUnknownDatatypes: Bool

  /// Debezium's defaults, unless said otherwise.
  public init(
    decimalHandling: DecimalHandling = .precise, timePrecision: TimePrecision = .adaptive,
    intervalHandling: IntervalHandling = .numeric, binaryHandling: BinaryHandling = .bytes, hstoreHandling: HstoreHandling = .json,
    unavailableValuePlaceholder: String = "__debezium_unavailable_value", moneyFractionDigits: Int = 2,
    includeUnknownDatatypes: Bool = false
  ) {
    self.decimalHandling = decimalHandling
    self.timePrecision = timePrecision
    self.intervalHandling = intervalHandling
    self.binaryHandling = binaryHandling
    self.hstoreHandling = hstoreHandling
    self.unavailableValuePlaceholder = unavailableValuePlaceholder
    self.moneyFractionDigits = moneyFractionDigits
    self.includeUnknownDatatypes = includeUnknownDatatypes
  }
}
