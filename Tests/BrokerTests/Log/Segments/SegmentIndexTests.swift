import NIOCore
import Testing

@testable import Broker

@Suite struct SegmentIndexTests {
  let folder = TemporaryFolder()

  func index(stored: Int = 0, last: IndexEntry? = nil) -> SegmentIndex {
    let file = SegmentFile(path: folder.path("i"), descriptors: DescriptorCache(), createdWhenMissing: true)
    return SegmentIndex(file: file, stored: stored, last: last)
  }

  func entry(_ number: Int) -> IndexEntry {
    IndexEntry(relativeOffset: UInt32(number * 10), position: UInt32(number * 100), timestamp: Int64(number / 2 * 7))
  }

  @Test("entries are found by offset and by time, stored or waiting, and cut off", arguments: [1, 3, 256, 700])
  func lookUp(count: Int) throws {
    let index = index()
    for number in 1...count { index.append(entry(number)) }
    index.append(entry(count))
    #expect(index.count == count)
    for stores in [false, true] {
      if stores { try index.store() }
      #expect(try index.entry(atOrBefore: 9) == nil)
      #expect(try index.entry(before: 0) == nil)
      for number in 1...count {
        #expect(try index.entry(atOrBefore: UInt32(number * 10)) == entry(number))
        #expect(try index.entry(atOrBefore: UInt32(number * 10 + 9)) == entry(number))
        let earlier = (1...count).last { entry($0).timestamp < entry(number).timestamp }
        #expect(try index.entry(before: entry(number).timestamp) == earlier.map(entry))
      }
    }
    try index.truncate(to: count / 2 * 100 + 1)
    #expect(index.last == (count / 2 > 0 ? entry(count / 2) : nil))
    #expect(index.count == count / 2)
    index.append(entry(count + 1))
    try index.store()
    let size = try #require(try FileOperations().status(folder.path("i"))?.size)
    #expect(size == index.count * IndexEntry.size)
    #expect(try index.entry(atOrBefore: .max) == entry(count + 1))
    index.file.close()
  }

  @Test("an offset checkpoint that is damaged in any way counts as none")
  func checkpoint() throws {
    let operations = FileOperations()
    let checkpoint = OffsetCheckpoint(folder: folder.path, name: "c", operations: operations)
    #expect(try checkpoint.load() == nil)
    try checkpoint.store(42, durably: true)
    #expect(try checkpoint.load() == 42)
    for text in ["", "0\n42", "0\n4", "1\n42\n", "0\n-1\n", "0\nx\n", "0\n9223372036854775807\n", "\0\0\0\0\0"] {
      try operations.replace(folder.path("c"), with: ByteBuffer(string: text), durably: false, folder: folder.path)
      #expect(try checkpoint.load() == nil)
    }
  }
}
