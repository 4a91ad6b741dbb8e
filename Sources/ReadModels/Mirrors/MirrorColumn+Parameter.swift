extension MirrorColumn {
  /// The type of the elements when a column's values are passed as an array.
  ///
  /// `unnest` takes an array of arrays apart down to its scalars, so that values which are arrays travel as texts. A type's modifier is left
  /// to the column: a cast to `varchar(7)[]` would cut longer values without a word, storing one in the column fails.
  var parameterType: String {
    guard !isArray else { return "text" }
    guard let open = mirrorType.firstIndex(of: "("), let close = mirrorType[open...].firstIndex(of: ")") else { return mirrorType }
    // `character` without a length is `character(1)`, `bit` is `bit(1)`.
    let name = mirrorType[..<open]
    guard name != "character", name != "bit" else { return mirrorType }
    return name + String(mirrorType[mirrorType.index(after: close)...])
  }
}
