/// A metric's name with its type, help and series.
struct MetricFamily: Sendable {
  let name: String
  let type: MetricType
  var help: String?
  var series: [MetricLabels: any PrometheusSeries] = [:]

  /// Appends HELP, TYPE and the samples; nothing at all while there is no series.
  func write(to text: inout String) {
    guard !series.isEmpty else { return }
    if let help { text += "# HELP \(name) \(MetricText.escapedHelp(help))\n" }
    text += "# TYPE \(name) \(type.rawValue)\n"
    for (labels, series) in series.sorted(by: { $0.key < $1.key }) { series.write(name: name, labels: labels, to: &text) }
  }
}
