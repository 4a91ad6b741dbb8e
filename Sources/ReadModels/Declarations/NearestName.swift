/// Finds the name that was perhaps meant.
enum NearestName {
  /// The name of `names` that is fewest letters away from `name`; nil where none is near.
  static func to(_ name: String, among names: some Sequence<String>) -> String? {
    let allowed = max(1, min(3, name.utf8.count / 3))
    let near = names.map { (distance: distance(name.lowercased(), $0.lowercased()), name: $0) }.filter { $0.distance <= allowed }
    return near.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
  }

  /// Letters inserted, deleted, replaced, or swapped with their neighbour (optimal string alignment).
  private static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.utf8)
    let b = Array(right.utf8)
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      for j in b.indices {
        var cost = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforePrevious[j - 1] + 1) }
        current.append(cost)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[b.count]
  }
}
