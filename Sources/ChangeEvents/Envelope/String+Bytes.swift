extension String {
  /// Whether both are the same bytes: PostgreSQL's names are, where Swift takes a composed character and its parts for equal.
  func hasSameBytes(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    var (one, other) = (self, other)
    return one.withUTF8 { one in other.withUTF8 { UnsafeRawBufferPointer(one).equals(UnsafeRawBufferPointer($0)) } }
  }
}
