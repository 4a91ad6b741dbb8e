import Commerce
import Testing

struct MoneyTests {
  @Test(arguments: [("0", 0), ("12", 1200), ("12.3", 1230), ("12.30", 1230), ("0.05", 5), ("9999999999.99", 999_999_999_999)])
  func exactAmounts(_ text: String, _ hundredths: Int64) {
    #expect(Money(text)?.hundredths == hundredths)
  }

  @Test(arguments: ["", ".", "1.", ".5", "-1", "+1", "1e3", "1.234", "1,5", " 1", "NaN", "10000000000", "99999999999999999999", "1.2.3"])
  func whatIsNoAmount(_ text: String) {
    #expect(Money(text) == nil)
  }

  @Test func textHasTwoDecimals() {
    #expect(Money(hundredths: 5).description == "0.05")
    #expect(Money(hundredths: 123_450).description == "1234.50")
    #expect(Money(hundredths: -5).description == "-0.05")
  }

  @Test func arithmeticSeesOverflow() {
    #expect(Money(hundredths: .max).adding(Money(hundredths: 1)) == nil)
    #expect(Money(hundredths: .max).times(2) == nil)
    #expect(Money(hundredths: 150).times(3)?.hundredths == 450)
  }
}
