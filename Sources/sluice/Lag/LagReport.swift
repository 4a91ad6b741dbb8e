import Syncer

/// One look at groups, as JSON.
struct LagReport: Codable {
  /// When, in RFC 3339.
  var time: String
  var groups: [GroupLag]
  /// What a check found wrong; absent without one.
  var breaches: [String]?
}
