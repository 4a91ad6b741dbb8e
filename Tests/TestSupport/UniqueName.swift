internal import Synchronization

private let lastNumber = Atomic<Int>(0)
private let processPart = String(UInt32.random(in: .min ... .max), radix: 36)

/// A name that no other test uses, also not one of another run against the same server: lower case letters, digits and underscores.
public func uniqueName(_ prefix: String) -> String {
  "\(prefix)_\(processPart)_\(lastNumber.wrappingAdd(1, ordering: .relaxed).newValue)"
}

/// A topic of one's own, with hyphens as topics usually have.
public func uniqueTopic(_ prefix: String) -> String {
  uniqueName(prefix).split(separator: "_").joined(separator: "-")
}
