extension Keys {
  /// `write.*`: the database of commands, events and tables that are captured.
  public enum Write {
    /// `write.database.*`.
    public static let database = DatabaseKeys(section: "write.database", label: "the write database", database: "sluice_write")
    static let all = database.all
  }

  /// `read.*`: the database of mirrors and documents.
  public enum Read {
    /// `read.database.*`.
    public static let database = DatabaseKeys(section: "read.database", label: "the read database", database: "sluice_read")
    static let all = database.all
  }
}
