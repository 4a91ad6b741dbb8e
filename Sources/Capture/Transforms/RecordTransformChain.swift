internal import Logging

/// A connector's transforms, in order, each under its predicate: what Kafka Connect does between the connector's task and the converters.
struct RecordTransformChain: Sendable {
  struct Step: Sendable {
    /// The alias in `transforms`.
    var name: String
    var transform: any RecordTransform
    /// The same transform in the form that is applied once a table instead of once a record; nil if there is none.
    var compiled: Transform.Kind?
    var predicate: Predicate?
    var negate: Bool
  }

  var steps: [Step]

  init(_ steps: [Step] = []) { self.steps = steps }

  var isEmpty: Bool { steps.isEmpty }

  /// Whether `TransformChain` does all of it, without looking into records.
  var isCompilable: Bool { steps.allSatisfy { $0.compiled != nil } }

  /// The steps as `TransformChain` takes them; nil unless all of them can be compiled.
  var compiled: [Transform]? {
    var transforms: [Transform] = []
    for step in steps {
      guard let kind = step.compiled else { return nil }
      transforms.append(Transform(name: step.name, kind: kind, predicate: step.predicate, negate: step.negate))
    }
    return transforms
  }

  /// Applies all steps.
  ///
  /// - Parameters:
  ///   - record: the record, as the connector made it.
  ///   - logger: where transforms that leave a record out say so.
  /// - Returns: false if the record is dropped.
  /// - Throws: `CaptureError` that names the transform.
  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    for step in steps {
      if let predicate = step.predicate, try predicate.holds(for: record) == step.negate { continue }
      do {
        guard try step.transform.apply(&record, logger: logger) else { return false }
      } catch {
        throw CaptureError(error.category, "transform \"\(step.name)\", topic \(record.topic): \(error.reason)", cause: error.cause)
      }
    }
    return true
  }
}
