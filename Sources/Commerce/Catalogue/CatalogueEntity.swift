/// A named thing that products refer to: it can be registered and renamed.
public protocol CatalogueEntity: Sendable {
  /// Its name in commands (`register-brand`) and its aggregate type.
  static var noun: String { get }
  /// Its identifier's field in commands.
  static var idField: String { get }
  /// Its table, in schema `public`.
  static var table: String { get }
}
