import Testing

@testable import Capture

/// Expressions of connector files come from outside: none takes for ever.
@Suite struct NamePatternTests {
  private static let text = String(repeating: "a", count: 100)

  @Test(arguments: ["(a|aa)+$b", "(a|a)*b", "(.*)*b"]) func aCatastrophicExpressionIsGivenUp(_ expression: String) throws {
    let watch = PatternWatch()
    let pattern = try NamePattern(expression, watch: watch)
    let start = ContinuousClock.now
    #expect(!pattern.matches(Self.text))
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test func othersAreNotTouched() throws {
    let pattern = try NamePattern("(a+)+b")
    #expect(pattern.matches("aaab") && !pattern.matches("aaac"))
    #expect(try pattern.replacing("aab", with: "$1") == "aa")
  }

  @Test func whatIsTooLongIsRefused() throws {
    #expect(throws: PatternError.self) { try NamePattern(String(repeating: "a", count: NamePattern.longestPattern + 1)) }
    let watch = PatternWatch()
    #expect(!(try NamePattern(".*", watch: watch)).matches(String(repeating: "a", count: NamePattern.longestText + 1)))
    #expect(watch.problem != nil)
  }
}
