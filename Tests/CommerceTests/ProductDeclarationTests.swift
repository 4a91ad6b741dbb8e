import Commerce
import Foundation
import ReadModels
import Testing

struct ProductDeclarationTests {
  /// The program carries the file with it: they must say the same.
  @Test func theProgramsDeclarationIsTheFiles() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../compose/projections/product.yaml")
    #expect(try String(contentsOf: file, encoding: .utf8) == ProductDocuments.yaml)
    #expect(try ProductDocuments.declarations.declarations.map(\.table) == [ProductDocuments.table.table])
  }
}
