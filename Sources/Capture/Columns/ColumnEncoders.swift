internal import ChangeEvents

/// The encoders of a relation's columns, by column number; nil for a type without a mapping.
struct ColumnEncoders {
  /// How values are written in rows and in what transforms take from them.
  var values: [ColumnEncoder?] = []
  /// How they are written in keys: neither masked nor shortened, as in Debezium, so that records of different rows stay apart.
  var keys: [ColumnEncoder?] = []
}
