import Testing

@testable import ReadModels

@Suite struct MirrorTypeChangeTests {
  static let cases: [(old: String, new: String, isFollowed: Bool)] = [
    ("smallint", "integer", true), ("smallint", "bigint", true), ("integer", "bigint", true), ("bigint", "integer", false),
    ("real", "double precision", true), ("double precision", "real", false), ("integer", "numeric(20,0)", false),
    ("integer", "text", false), ("character varying(7)", "character varying(20)", true),
    ("character varying(7)", "character varying", true),
    ("character varying(20)", "character varying(7)", false), ("character varying", "character varying(7)", false),
    ("character varying(7)", "text", true), ("text", "character varying", true), ("text", "character varying(9)", false),
    ("character(3)", "character(5)", false), ("bit varying(3)", "bit varying(5)", true), ("numeric(10,2)", "numeric(12,2)", true),
    ("numeric(12,2)", "numeric(10,2)", false), ("numeric(10,2)", "numeric(12,4)", false), ("numeric(10,2)", "numeric", false),
    ("numeric", "numeric(10,2)", false), ("timestamp(3) without time zone", "timestamp without time zone", false),
    ("timestamp(1) without time zone", "timestamp(3) without time zone", true),
    ("timestamp(4) without time zone", "timestamp without time zone", true),
    ("timestamp without time zone", "timestamp(4) without time zone", false),
    ("timestamp(3) with time zone", "timestamp with time zone", true), ("timestamp with time zone", "timestamp(3) with time zone", false),
    ("timestamp without time zone", "timestamp with time zone", false), ("date", "timestamp without time zone", false),
    ("time(0) without time zone", "time(3) without time zone", true), ("interval(3)", "interval", true),
    ("integer[]", "bigint[]", true), ("bigint[]", "integer[]", false), ("integer", "integer[]", false), ("integer[]", "integer", false),
    ("jsonb", "text", false), ("uuid", "text", false),
  ]

  @Test(arguments: cases) func followsWhatLosesNothingAndIsSentAlike(_ old: String, _ new: String, _ isFollowed: Bool) {
    #expect(MirrorTypeChange.isWidening(from: old, to: new) == isFollowed)
  }
}
