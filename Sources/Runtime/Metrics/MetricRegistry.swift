/// Which series exist. A value under its owner's lock.
struct MetricRegistry: Sendable {
  private struct Description {
    var help: String
    var buckets: [Double]?
  }

  private(set) var families: [String: MetricFamily] = [:]
  private var descriptions: [String: Description] = [:]
  private var seriesCount = 0
  private let maxSeries: Int
  /// Names of refused metrics are data, too: only so many get a series of their own.
  private static let maxBeyondLimit = 100
  private var beyondLimitCount = 0

  init(maxSeries: Int) { self.maxSeries = maxSeries }

  mutating func describe(_ label: String, help: String, buckets: [Double]?) {
    let name = MetricName.sanitized(label)
    let ascending = buckets.map { bounds in Array(Set(bounds.filter(\.isFinite))).sorted() }
    descriptions[name] = Description(help: help, buckets: ascending)
    families[name]?.help = help
  }

  /// The series of that name and labels, made when there is none; nil when it is refused: the name belongs to another type, or
  /// to a histogram's or counter's sample, or there are too many series.
  mutating func series<Series: PrometheusSeries>(
    _ label: String, _ type: MetricType, _ labels: MetricLabels, beyondLimit: Bool = false, make: (_ buckets: [Double]?) -> Series
  ) -> Series? {
    let name = MetricName.sanitized(label)
    if let family = families[name] {
      guard family.type == type else { return nil }
      // nil as well when it is there as the other kind of counter: an integer and a floating point counter of one name.
      if let found = family.series[labels] { return found as? Series }
    }
    if beyondLimit {
      guard beyondLimitCount < Self.maxBeyondLimit else { return nil }
      beyondLimitCount += 1
    } else {
      guard seriesCount < maxSeries else { return nil }
      seriesCount += 1
    }
    let description = descriptions[name]
    let series = make(description?.buckets)
    families[name, default: MetricFamily(name: name, type: type, help: description?.help)].series[labels] = series
    return series
  }

  /// Removes a series if it is registered; a detached or replaced one is left alone.
  mutating func remove(_ series: any PrometheusSeries) {
    for (name, family) in families {
      guard let labels = family.series.first(where: { $0.value === series })?.key else { continue }
      families[name]?.series[labels] = nil
      if families[name]?.series.isEmpty == true { families[name] = nil }
      seriesCount -= 1
      return
    }
  }
}
