extension String {
  /// Without control characters: names and reasons come from clients, and none of them may pass for another line of a log.
  var oneLine: String {
    guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return self }
    return String(UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
