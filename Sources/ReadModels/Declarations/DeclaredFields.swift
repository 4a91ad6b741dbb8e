/// The fields of an object: those named, and perhaps all columns that are not.
struct DeclaredFields: Sendable, Hashable {
  var fields: [DeclaredField] = []
  /// `"*"`: all columns of the row.
  var everything: Everything?

  struct Everything: Sendable, Hashable {
    var place: DeclarationPlace
    var except: [Located]
  }
}

/// One field of an object.
struct DeclaredField: Sendable, Hashable {
  var name: Located
  var value: DeclaredValue
}

/// What a field shows.
indirect enum DeclaredValue: Sendable, Hashable {
  case column(Located, format: ValueFormat?)
  /// An SQL expression over the row's columns.
  case expression(Located, format: ValueFormat?)
  /// JSON text.
  case constant(String)
  /// An object made of the same row.
  case object(DeclaredFields)
  case embed(DeclaredEmbed)
}

/// Which rows of a table count.
struct DeclaredRows: Sendable, Hashable {
  /// An SQL condition over the row's columns.
  var condition: Located?
  /// A column that marks deleted rows: a boolean that is true, anything else that is not NULL.
  var softDelete: Located?
}
