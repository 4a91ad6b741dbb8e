/// Where in the read database the mirrors of one source live: the tables with their technical columns in one schema, a view of each with
/// the live rows and the source's columns alone in another.
public struct MirrorNamespace: Sendable, Hashable {
  /// The schema of the tables.
  public var tables: String
  /// The schema of the views.
  public var views: String

  /// Names both schemas.
  public init(tables: String, views: String) {
    self.tables = tables
    self.views = views
  }

  /// `mirror_<prefix>` for the tables and `<prefix>` for the views, whatever stands for `.` and `-` in the prefix being `_`.
  public init(topicPrefix: String) {
    let name = String(topicPrefix.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" })
    self.init(tables: "mirror_" + name, views: name)
  }

  /// The name of a source's table in both schemas: tables of `public` keep it, others are called `<schema>_<table>`.
  public func mirrorName(schema: String, table: String) -> String { schema == "public" ? table : schema + "_" + table }
}
