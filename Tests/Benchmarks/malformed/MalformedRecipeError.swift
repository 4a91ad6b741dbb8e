/// A good record does not hold what was to be spoiled in it.
struct MalformedRecipeError: Error, CustomStringConvertible {
  let pattern: String

  var description: String { "expected \(pattern) in a change of goods" }
}
