/// Whether a row that looked different is different. Pure.
///
/// The row is read in the source (*first*), then everything committed until then is waited for, then it is read in the mirror, then in the
/// source again (*second*). If the source's row was not written between the two readings, the mirror must have shown exactly that: changes
/// before the first reading were waited for, and one after it that the mirror could have applied would be seen by the second. If it was
/// written in between, nothing can be said, and the row is looked at again.
enum DriftVerdict: Sendable, Hashable {
  /// Both sides hold the same, or both hold nothing.
  case equal
  case drift(MirrorDifference.Kind)
  /// The source's row was written meanwhile.
  case moving

  init(first: VerifiedRow?, mirror: VerifiedRow?, second: VerifiedRow?) {
    guard first == second else {
      self = .moving
      return
    }
    switch (first, mirror) {
    case (nil, nil): self = .equal
    case (nil, _?): self = .drift(.extra)
    case (_?, nil): self = .drift(.missing)
    case (let source?, let mirror?): self = source.digest == mirror.digest ? .equal : .drift(.different)
    }
  }
}
