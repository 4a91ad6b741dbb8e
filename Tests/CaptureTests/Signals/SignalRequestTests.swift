import Postgres
import TestSupport
import Testing

@testable import Capture

@Suite struct SignalRequestTests {
  @Test func everyMemberOfExecuteSnapshotIsRead() throws {
    let signal = CaptureSignal(
      id: "1", type: "execute-snapshot",
      data: """
        {"type":"INCREMENTAL","data-collections":["public\\\\.a.*"," public.b "],"surrogate-key":"seq",
         "additional-conditions":[{"data-collection":"public.b","filter":"v > 3 AND name = 'x'"}]}
        """)
    #expect(
      try SignalRequest(signal)
        == .execute(
          SnapshotRequest(
            kind: .incremental, collections: ["public\\.a.*", "public.b"],
            conditions: [.init(collection: "public.b", filter: "v > 3 AND name = 'x'")], surrogateKey: "seq")))
  }

  @Test(
    arguments: [
      ("execute-snapshot", #"{"data-collections":["a.b"]}"#),
      ("execute-snapshot", #"{"type":"blocking","data-collections":["a.b"],"additional-conditions":null}"#),
      ("stop-snapshot", ""), ("stop-snapshot", #"{"data-collections":["a.b"],"type":"incremental"}"#), ("pause-snapshot", "{}"),
      ("resume-snapshot", "null"), ("log", #"{"message":"hello"}"#),
    ])
  func understood(_ type: String, _ data: String) throws { _ = try SignalRequest(CaptureSignal(id: "1", type: type, data: data)) }

  @Test(
    arguments: [
      ("execute", "{}", "its type is not known"), ("execute-snapshot", "{}", "\"data-collections\""),
      ("execute-snapshot", "{", "not JSON"), ("execute-snapshot", "[]", "expected an object"),
      ("execute-snapshot", #"{"data-collections":"a.b"}"#, "expected an array of strings"),
      ("execute-snapshot", #"{"data-collections":[1]}"#, "expected strings"),
      ("execute-snapshot", #"{"data-collections":["("]}"#, "not a regular expression"),
      ("execute-snapshot", #"{"data-collections":["a.b"],"type":"fast"}"#, "expected incremental or blocking"),
      ("execute-snapshot", #"{"data-collections":["a.b"],"additional-conditions":[{}]}"#, "data-collection"),
      ("stop-snapshot", #"{"type":"blocking"}"#, "only incremental"), ("log", "{}", "message"),
    ])
  func refusedInOneLine(_ type: String, _ data: String, _ reason: String) throws {
    let error = #expect(throws: SignalError.self) { try SignalRequest(CaptureSignal(id: "s-1", type: type, data: data)) }
    #expect(error?.reason.contains(reason) == true && error?.reason.contains("s-1") == true, "\(String(describing: error))")
    #expect(error?.reason.contains("\n") == false)
  }

  @Test func dataOfUnboundedSizeAreRefused() {
    let data = "\"" + String(repeating: "x", count: SignalInbox.largestData) + "\""
    #expect(throws: SignalError.self) { try SignalRequest(CaptureSignal(id: "1", type: "log", data: data)) }
  }

  @Test func aChannelsPositionTellsRepeats() {
    var positions = SignalPositions()
    let origins: [SignalOrigin] = [
      .source(LSN(rawValue: 10)), .source(LSN(rawValue: 10)), .kafka(offset: 0), .kafka(offset: 0), .kafka(offset: 4), .file("a", line: 0),
      .file("a", line: 0), .file("a", line: 1), .file("b", line: 0), .process(inbox: "x", number: 1), .process(inbox: "x", number: 2),
    ]
    let taken = origins.map { positions.take($0) }
    #expect(taken == [true, false, true, false, true, true, false, true, true, true, true])
    #expect(SignalPositions(positions.document) == positions)
    #expect(SignalPositions(nil) == SignalPositions())
  }

  /// What REST sent can be read nowhere again.
  @Test func aSignalOfTheProcessWaitsAgainUntilItIsStored() {
    let inbox = SignalInbox()
    for id in ["1", "2", "3"] { #expect(inbox.offer(CaptureSignal(id: id, type: "pause-snapshot"))) }
    var handled = SignalPositions()
    let taken = inbox.take()
    #expect(taken.map(\.id) == ["1", "2", "3"])
    let isNew = handled.take(taken[0].origin)
    #expect(isNew)
    let stored = handled
    for signal in taken.dropFirst() { _ = handled.take(signal.origin) }
    // The session fails: only the first one is stored. Another came meanwhile.
    #expect(inbox.offer(CaptureSignal(id: "4", type: "pause-snapshot")))
    inbox.restore(stored)
    let again = inbox.take()
    #expect(again.map(\.id) == ["2", "3", "4"])
    var next = SignalPositions(stored.document)
    let outcomes = (again + taken).map { next.take($0.origin) }
    #expect(outcomes == [true, true, true, false, false, false])
    inbox.confirm(next)
    inbox.restore(next)
    #expect(inbox.isEmpty)
    // Another process's numbers begin anew.
    let other = SignalInbox()
    #expect(other.offer(CaptureSignal(id: "5", type: "pause-snapshot")))
    let others = other.take().map { next.take($0.origin) }
    #expect(others == [true])
  }

  @Test func anInboxIsBounded() {
    let inbox = SignalInbox()
    let signal = CaptureSignal(id: "1", type: "pause-snapshot")
    for _ in 0..<SignalInbox.capacity { #expect(inbox.offer(signal)) }
    #expect(!inbox.offer(signal))
    #expect(inbox.take().count == SignalInbox.capacity)
    #expect(inbox.isEmpty)
  }
}
