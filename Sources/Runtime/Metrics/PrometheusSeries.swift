/// The values of one metric with one set of labels.
protocol PrometheusSeries: AnyObject, Sendable {
  /// Appends the sample lines of the series.
  func write(name: String, labels: MetricLabels, to text: inout String)
}
