import Foundation
import Runtime
import Testing

@Suite struct ReadmeReferenceTests {
  @Test func theReadmeHoldsTheReferenceOfAllKeys() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let begin = try #require(readme.range(of: "<!-- reference -->\n"))
    let end = try #require(readme.range(of: "\n<!-- /reference -->"))
    // To mend: paste what `sluice config --reference` prints between the two marks.
    #expect(readme[begin.upperBound..<end.lowerBound] == ConfigurationReference.markdown())
  }
}
