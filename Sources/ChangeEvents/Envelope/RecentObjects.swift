/// A few objects that were made, so that the next one of the same content need not be. It forgets the oldest.
struct RecentObjects<Object: AnyObject> {
  /// More than the tables whose changes mostly come mixed with each other; each miss costs as many comparisons.
  private static var limit: Int { 16 }

  private var objects: [Object] = []
  private var last = 0
  private var next = 0

  /// The object that `matches`, or the one that `make` makes. The one that was found last is asked first.
  mutating func find(_ matches: (Object) -> Bool, orMake make: () -> Object) -> Object {
    if last < objects.count, matches(objects[last]) { return objects[last] }
    if let index = objects.firstIndex(where: matches) {
      last = index
      return objects[index]
    }
    let object = make()
    if objects.count < Self.limit {
      objects.append(object)
      last = objects.count - 1
    } else {
      objects[next] = object
      last = next
      next = (next + 1) % Self.limit
    }
    return object
  }
}
