import Testing

@testable import ChangeEvents

/// Values against what Java's `MessageDigest` and `ObjectOutputStream` make of them.
@Suite struct ColumnMappingTests {
  private static let salt = Array("CzQMA0cB5K".utf8)

  private static func written(
    _ text: String?, _ mapping: ColumnMapping, type: UInt32 = 25, typmod: Int32 = -1, isOptional: Bool = true,
    default initial: String? = nil,
    catalog: TypeCatalog = TypeCatalog(), options: EncodingOptions = EncodingOptions(), image: ColumnImage = .null
  ) throws -> String {
    let encoder = try ColumnEncoder(
      type: type, typmod: typmod, catalog: catalog, isOptional: isOptional, options: options, defaultText: initial, mapping: mapping)
    var writer = JSONWriter(capacity: 16)
    writer.raw("before")
    if var text {
      try text.withUTF8 { try encoder.write(text: UnsafeRawBufferPointer($0), to: &writer) }
    } else {
      try encoder.write(image, to: &writer)
    }
    return String(String(decoding: writer.copyBytes(), as: UTF8.self).dropFirst(6))
  }

  /// Algorithm, as serialized, as text; of `a@example.org`.
  private static let digests: [(String, String, String)] = [
    ("MD5", "006a0b80202531fd54b25ac5f9cb2ab0", "ee88ef774a3e6232719dad9518ad72a3"),
    ("SHA-1", "22cc2540fb982658082639bace48b8cd24f0ed61", "e714ecf7f07a7e2db9dbdc54db7ab02af287decd"),
    ("SHA-224", "7dae5bf1a950cee70eaad7a08aedac4ddcf3d7763d3f04de92c63fa2", "c52b199b4f674296afe1fde31fbcf89a8cccf9b29d58b1244202d3f6"),
    (
      "SHA-256", "862abf7db5a571d3d802bef7f77442a43010a4da743274f453edcd92061b85b2",
      "ba6efe985c9641faf5904bf495e522de71eae60c39432dc7b187ef13fa2b031f"
    ),
    (
      "SHA-384", "3993f20e3f0e5a5075138d349f2042e3b88a20a330af4eb1e4e91647a6e9748ffde628ca22f86afb4fe36a78e2078b87",
      "a1a4810a3df1a58126428ee84955883999238990247685aef66de29f94c4f65a491f11d509f4e16e8257e074f4fae4a0"
    ),
    (
      "SHA-512",
      "568d8821db62ee0d90daec8d5130d20a501429ace2c571af0fd533b2159ee40c88a5a3eae3b0295a70391fc1251c62b4bf4d50de92cdf5b24e500ff986dff68c",
      "390f68ad28225fd26e0e4686a654d2630815e5e28f227a193cd51578e6c5269bcbc9f95bf443c9645730e2f0ea2fadbd98af93147f0da3c8d033557dd0f06113"
    ),
    ("SHA-512/224", "2ffb551127d7fe78b3b25346bd5a9a6ca181705d7fc1bdd3581e47f3", "5f1a37b881e601a73482b92d78c902bcd25d660a1e8277f24cc3109b"),
    (
      "SHA-512/256", "e35956d72c770e41b799eb6cb41630f1595b6e41d48905392debb38a68fa279a",
      "94fa19abfeb391590c32eb7d09b890122530acf6d3faefb63707016809906e86"
    ),
    ("SHA3-224", "6e70bfa114459b87bc30472756dd15c8af4cbf9db0ad85d2a232364a", "5b9ddcc9a44913eaee5734070559aad61764cbe17594a99ef37c1732"),
    (
      "SHA3-256", "ee72ce5774cc14db1636adc26103dd1eb0547531fe1bf1825e8e8b45905dc096",
      "8295baffc316fa630545dff0feaca32d14bd2dd3820fcf6511a5c8b682b7ddd9"
    ),
    (
      "SHA3-384", "45ed619d502e1846f996009e8ac08a5511f03a1e6ea6cff35e5e1aa95114e7374e7da7ada6ba86faa5ff4b5800cabc32",
      "5aab8d99670ac337f81ed2c822d3be81d97af63992802cd1cec262916ace4944a46349e5af4c5c9a4cf7979429d662c0"
    ),
    (
      "SHA3-512",
      "b82ca59a1f97362ecdf99bdf2bfbf59c6ee37e140f5b75e3df39af34f29ec50251f79c03bd10d4e91ca2cacaaafbc6fb56d88b73c4b8cf0ec79ac8e77323ab7b",
      "02aaec048e8ade819a6e41dd66c967c05cafeaa7de5749540e8783ad900f5ffbd1a86dda2ebcd17cd490c1c92fb556737655b6fdc4ce7371aa26af9241bc28fd"
    ),
  ]

  @Test(arguments: digests) func digestsAreJavas(_ algorithm: String, serialized: String, text: String) throws {
    let algorithm = try #require(DigestAlgorithm(javaName: algorithm))
    #expect(try Self.written("a@example.org", .hash(algorithm, salt: Self.salt, .serialized)) == "\"\(serialized)\"")
    #expect(try Self.written("a@example.org", .hash(algorithm, salt: Self.salt, .text)) == "\"\(text)\"")
  }

  @Test func charactersBeyondASCIIAndLongTextsAreSerializedAsJavaDoes() throws {
    let wide = try Self.written("grüße 🙂", .hash(.sha256, salt: Self.salt, .serialized))
    #expect(wide == "\"8281f683869454f8cab610464ced18afdc46fd4a39ce1aadf34587c1056897d5\"")
    let wideText = try Self.written("grüße 🙂", .hash(.sha256, salt: Self.salt, .text))
    #expect(wideText == "\"775fbc3c9c20f91ef34e46d7fbbc7441df282af2cd01ff4c9d66481889d881dd\"")
    let long = try Self.written(String(repeating: "x", count: 70_000), .hash(.sha512, salt: Self.salt, .serialized))
    #expect(
      long
        == "\"0640ede92cd365798545ddf6ef9bdafd4ee286aa08c4f7747ad07ed292e17056fcd609726302d0af864ffbe894581faa3a53f3fd3c15750a8336d21c777428c4\""
    )
  }

  @Test func aHashIsNoLongerThanItsColumn() throws {
    let hash = try Self.written("a@example.org", .hash(.sha256, salt: Self.salt, .text), type: 1043, typmod: 24)
    #expect(hash == "\"ba6efe985c9641faf590\"")
  }

  @Test func aMaskStandsInPlaceOfNullTooAndAHashDoesNot() throws {
    #expect(try Self.written("secret", .mask(count: 3)) == "\"***\"")
    #expect(try Self.written(nil, .mask(count: 3)) == "\"***\"")
    #expect(try Self.written(nil, .mask(count: 0)) == "\"\"")
    #expect(try Self.written(nil, .hash(.md5, salt: [], .text)) == "null")
    // What is absent from the identity is the type's zero value, whose hash it is.
    #expect(
      try Self.written(nil, .hash(.md5, salt: [], .text), isOptional: false, image: .absent) == "\"d41d8cd98f00b204e9800998ecf8427e\"")
    #expect(try Self.written(nil, .truncate(to: 2), default: "abc") == "\"ab\"")
  }

  @Test(arguments: [
    (23, "7", "7"), (2950, "2f0d6b62-1d1f-4d0b-9a53-0a6b0a3f1c7e", "\"2f0d6b62-1d1f-4d0b-9a53-0a6b0a3f1c7e\""), (3802, "{}", "\"{}\""),
  ])
  func whatIsNoCharacterTypeIsNotMasked(_ type: Int, text: String, json: String) throws {
    #expect(try Self.written(text, .mask(count: 3), type: UInt32(type)) == json)
    #expect(try Self.written(text, .hash(.sha1, salt: [], .text), type: UInt32(type)) == json)
  }

  @Test func enumerationsAreMaskedAsCharacterTypes() throws {
    let catalog = TypeCatalog([PostgresType(oid: 20_000, name: "mood", kind: .enum, labels: ["sad"])])
    #expect(try Self.written("sad", .mask(count: 2), type: 20_000, catalog: catalog) == "\"**\"")
  }

  @Test func textsAreCutByUTF16UnitsAndBytesByBytes() throws {
    #expect(try Self.written("abcdef", .truncate(to: 3)) == "\"abc\"")
    #expect(try Self.written("abc", .truncate(to: 3)) == "\"abc\"")
    #expect(try Self.written("a\"\n\\b", .truncate(to: 3)) == #""a\"\n""#)
    #expect(try Self.written("ab🙂", .truncate(to: 3)) == #""ab\uD83D""#)
    #expect(try Self.written("ab🙂c", .truncate(to: 4)) == #""ab\uD83D\uDE42""#)
    #expect(try Self.written("\\x010203", .truncate(to: 2), type: 17) == "\"AQI=\"")
    #expect(
      try Self.written("\\x010203", .truncate(to: 2), type: 17, options: EncodingOptions(binaryHandling: .hex)) == "\"01\"")
    #expect(try Self.written("12.5", .truncate(to: 2), type: 1700) == "{\"scale\":1,\"value\":\"fQ==\"}")
    // A column that cannot be longer is left alone.
    #expect(try Self.written("abc", .truncate(to: 5), type: 1043, typmod: 9) == "\"abc\"")
  }

  @Test func theSchemaSaysWhatWasDone() throws {
    let catalog = TypeCatalog()
    #expect(try #require(ColumnMapping.mask(count: 1).parameter(type: 25, typmod: -1, catalog: catalog)) == ("masked", "true"))
    #expect(try #require(ColumnMapping.truncate(to: 4).parameter(type: 25, typmod: -1, catalog: catalog)) == ("truncateLength", "4"))
    #expect(ColumnMapping.truncate(to: 4).parameter(type: 1043, typmod: 8, catalog: catalog) == nil)
  }
}
