/// Numbers in network order, at any alignment.
enum BigEndian {
  @inline(__always)
  static func read<Number: FixedWidthInteger & BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer, at offset: Int, as type: Number.Type)
    -> Number
  {
    Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }
}
