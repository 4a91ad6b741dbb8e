/// The bytes of a batch are not records as the format v2 lays them out.
struct RecordFormatError: Error, Equatable, CustomStringConvertible {
  var reason: String

  var description: String { reason }
}
