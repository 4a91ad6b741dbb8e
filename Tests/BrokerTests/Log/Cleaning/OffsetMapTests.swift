import NIOCore
import Testing

@testable import Broker

@Suite struct OffsetMapTests {
  static func put(_ map: inout OffsetMap, _ key: String, _ offset: Int64) -> Bool {
    ByteBuffer(string: key).withUnsafeReadableBytes { map.put($0, offset) }
  }

  static func get(_ map: OffsetMap, _ key: String) -> Int64 { ByteBuffer(string: key).withUnsafeReadableBytes { map.offset(of: $0) } }

  @Test("the newest offset of each key is found, of others none")
  func newest() {
    var map = OffsetMap(memory: 3000 * OffsetMap.bytesPerSlot)
    for round in 0..<2 { for key in 0..<2000 { #expect(Self.put(&map, "key \(key)", Int64(round * 10_000 + key))) } }
    for key in 0..<2000 { #expect(Self.get(map, "key \(key)") == Int64(10_000 + key)) }
    #expect(Self.get(map, "other") == -1)
    #expect(Self.get(map, "") == -1)
    #expect(map.count == 2000)
  }

  @Test("a full map takes no new key and still renews the ones it has")
  func full() {
    var map = OffsetMap(memory: 100 * OffsetMap.bytesPerSlot)
    for key in 0..<90 { #expect(Self.put(&map, "\(key)", 1)) }
    #expect(!Self.put(&map, "one too many", 1))
    #expect(Self.put(&map, "89", 2))
    #expect(Self.get(map, "89") == 2)
    #expect(Self.get(map, "one too many") == -1)
  }

  @Test("the hash is SipHash-2-4-128: the first vectors of its authors")
  func vectors() {
    let hash = KeyHash(key0: 0x0706_0504_0302_0100, key1: 0x0F0E_0D0C_0B0A_0908)
    func of(_ count: UInt8) -> [UInt64] {
      ByteBuffer(bytes: 0..<count).withUnsafeReadableBytes {
        let (first, second) = hash($0)
        return [first.byteSwapped, second.byteSwapped]
      }
    }
    #expect(of(0) == [0xA381_7F04_BA25_A8E6, 0x6DF6_7214_C755_0293])
    #expect(of(1) == [0xDA87_C1D8_6B99_AF44, 0x3476_5911_9B22_FC45])
  }
}
