/// The labels of a series, in the order of their names and written as the exposition format wants them.
struct MetricLabels: Sendable, Hashable, Comparable {
  /// `a="1",b="2"`, without braces; empty for no labels.
  let text: String

  init(_ dimensions: [(String, String)]) {
    switch dimensions.count {
    case 0:
      text = ""
    case 1:
      text = Self.pair(MetricName.sanitizedLabel(dimensions[0].0), dimensions[0].1)
    default:
      var byName: [String: String] = [:]
      for (name, value) in dimensions { byName[MetricName.sanitizedLabel(name)] = value }
      text = byName.sorted { $0.key < $1.key }.map { Self.pair($0.key, $0.value) }.joined(separator: ",")
    }
  }

  /// ` `, `{a="1"} ` or `{a="1",le="0.5"} `: what stands between the name and the value.
  func braced(adding more: String = "") -> String {
    switch (text.isEmpty, more.isEmpty) {
    case (true, true): " "
    case (false, true): "{\(text)} "
    case (true, false): "{\(more)} "
    case (false, false): "{\(text),\(more)} "
    }
  }

  static func < (left: MetricLabels, right: MetricLabels) -> Bool { left.text < right.text }

  private static func pair(_ name: String, _ value: String) -> String { "\(name)=\"\(MetricText.escapedLabel(value))\"" }
}
