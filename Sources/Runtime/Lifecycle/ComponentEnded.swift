/// A component that should run as long as its process came to an end by itself.
struct ComponentEnded: Error, CustomStringConvertible {
  let name: String

  var description: String { "\(name) ended although nothing asked it to" }
}
