import FoundationEssentials
import Testing

@testable import Commands

struct CommandFieldsTests {
  private func fields(_ text: String) throws -> CommandFields { try CommandFields(parsing: Array(text.utf8)) }

  /// The field that an error names.
  private func fieldAtFault(_ body: String, _ read: (inout CommandFields) throws -> Void) throws -> String? {
    var fields = try fields(body)
    let error = try #require(throws: CommandError.self) { try read(&fields) }
    guard case .invalid(let field, _) = error else { return "another error: \(error)" }
    return field
  }

  @Test func readsWhatIsThere() throws {
    var fields = try fields(
      #"{"s":"x","n":7,"d":"12.30","e":12.3,"b":true,"u":"6F9619FF-8B86-D011-B42D-00C04FC964FF","o":null,"l":[{"q":1},{"q":2}]}"#)
    #expect(try fields.string("s") == "x")
    #expect(try fields.integer("n", in: 1...9) == 7)
    #expect(try fields.decimalText("d") == "12.30")
    #expect(try fields.decimalText("e") == "12.3")
    #expect(try fields.bool("b"))
    #expect(try fields.optionalUUID("u") == UUID(uuidString: "6F9619FF-8B86-D011-B42D-00C04FC964FF"))
    #expect(try fields.optionalString("o") == nil)
    #expect(try fields.objects("l", count: 1...2) { (line) throws(CommandError) in try line.integer("q", in: 0...9) } == [1, 2])
    try fields.finish()
  }

  @Test func errorsNameTheField() throws {
    #expect(try fieldAtFault(#"{}"#) { _ = try $0.string("s") } == "s")
    #expect(try fieldAtFault(#"{"s":null}"#) { _ = try $0.string("s") } == "s")
    #expect(try fieldAtFault(#"{"s":1}"#) { _ = try $0.string("s") } == "s")
    #expect(try fieldAtFault(#"{"s":""}"#) { _ = try $0.string("s") } == "s")
    #expect(try fieldAtFault(#"{"s":" x"}"#) { _ = try $0.string("s") } == "s")
    #expect(try fieldAtFault(#"{"s":"xxxx"}"#) { _ = try $0.string("s", bytes: 1...3) } == "s")
    #expect(try fieldAtFault(#"{"n":1.5}"#) { _ = try $0.integer("n", in: 0...9) } == "n")
    #expect(try fieldAtFault(#"{"n":"1"}"#) { _ = try $0.integer("n", in: 0...9) } == "n")
    #expect(try fieldAtFault(#"{"n":10}"#) { _ = try $0.integer("n", in: 0...9) } == "n")
    #expect(try fieldAtFault(#"{"n":99999999999999999999}"#) { _ = try $0.integer("n", in: 0...9) } == "n")
    #expect(try fieldAtFault(#"{"u":"x"}"#) { _ = try $0.optionalUUID("u") } == "u")
    #expect(try fieldAtFault(#"{"l":[]}"#) { _ = try $0.objects("l", count: 1...2) { _ in 0 } } == "l")
    #expect(
      try fieldAtFault(#"{"l":[{"q":1},{"q":"x"}]}"#) {
        _ = try $0.objects("l", count: 1...2) { (line) throws(CommandError) in try line.integer("q", in: 0...9) }
      } == "l[1].q")
    #expect(
      try fieldAtFault(#"{"l":[{"q":1,"r":2}]}"#) {
        _ = try $0.objects("l", count: 1...2) { (line) throws(CommandError) in try line.integer("q", in: 0...9) }
      } == "l[0].r")
  }

  @Test func fieldsThatNobodyTookAreRefused() throws {
    #expect(
      try fieldAtFault(#"{"s":"x","typo":1}"#) {
        _ = try $0.string("s"); try $0.finish()
      } == "typo")
  }

  @Test func bodiesThatAreNoObjectOrTooLarge() {
    #expect(throws: CommandError.self) { try fields("[]") }
    #expect(throws: CommandError.self) { try fields("not JSON") }
    #expect(throws: CommandError.self) { try CommandFields(parsing: Array(#"{"s":"x"}"#.utf8), maximumBytes: 8) }
  }
}
