/// Java's text of floating point numbers.
enum JavaNumber {
  /// Appends `Double.toString`'s text, made from Swift's shortest digits of the same number.
  ///
  /// Both languages print the shortest decimal digits that read back as the number (Java since 19); they differ in when an
  /// exponent is used (Java: below 10^-3 and from 10^7) and in its form.
  static func append(_ swift: String, magnitude: Double, to writer: inout JSONWriter) {
    var swift = swift
    swift.withUTF8 { text in
      var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
      withUnsafeMutableBytes(of: &digits) { digits in
        var count = 0
        var point = 0
        var exponent = 0
        var i = 0
        var seenPoint = false
        if text.first == UInt8(ascii: "-") {
          writer.raw(UInt8(ascii: "-"))
          i = 1
        }
        while i < text.count {
          let c = text[i]
          if c == UInt8(ascii: ".") {
            seenPoint = true
          } else if c == UInt8(ascii: "e") {
            i += 1
            var negative = false
            if text[i] == UInt8(ascii: "-") { negative = true }
            if text[i] == UInt8(ascii: "-") || text[i] == UInt8(ascii: "+") { i += 1 }
            while i < text.count {
              exponent = exponent * 10 + Int(text[i] - 0x30)
              i += 1
            }
            if negative { exponent = -exponent }
            break
          } else {
            if count == 0 && c == 0x30 {
              // A leading zero carries no digit, but after the point it moves the point.
              if seenPoint { point -= 1 }
            } else if count < 24 {
              digits[count] = c
              count += 1
              if !seenPoint { point += 1 }
            }
          }
          i += 1
        }
        while count > 1 && digits[count - 1] == 0x30 { count -= 1 }
        if count == 0 { return writer.raw("0.0") }
        emit(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[0..<count]), point: point + exponent, magnitude, &writer)
      }
    }
  }

  /// Writes `0.d1d2... * 10^point`.
  private static func emit(_ digits: UnsafeRawBufferPointer, point: Int, _ magnitude: Double, _ writer: inout JSONWriter) {
    let n = digits.count
    if magnitude >= 1e-3 && magnitude < 1e7 {
      if point <= 0 {
        writer.raw("0.")
        for _ in 0..<(-point) { writer.raw(0x30) }
        writer.raw(digits)
      } else if point >= n {
        writer.raw(digits)
        for _ in 0..<(point - n) { writer.raw(0x30) }
        writer.raw(".0")
      } else {
        writer.raw(UnsafeRawBufferPointer(rebasing: digits[0..<point]))
        writer.raw(UInt8(ascii: "."))
        writer.raw(UnsafeRawBufferPointer(rebasing: digits[point..<n]))
      }
    } else {
      writer.raw(digits[0])
      writer.raw(UInt8(ascii: "."))
      if n == 1 { writer.raw(0x30) } else { writer.raw(UnsafeRawBufferPointer(rebasing: digits[1..<n])) }
      writer.raw(UInt8(ascii: "E"))
      writer.integer(Int64(point - 1))
    }
  }
}
