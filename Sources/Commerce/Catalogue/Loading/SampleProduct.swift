/// A product of the sample catalogue with all its rows, made from its identifier and the seed alone.
struct SampleProduct: Sendable {
  struct Review: Sendable, Hashable {
    var id: Int64
    var author: String
    var rating: Int64
    var body: String?
  }

  struct Choice: Sendable, Hashable {
    var id: Int64
    var name: String
    var surcharge: Money
  }

  struct Group: Sendable, Hashable {
    var id: Int64
    var name: String
    var options: [Choice]
  }

  let id: Int64
  let name: String
  let description: String?
  let brandID: Int64
  let sellerID: Int64
  let prices: [(currency: String, amount: Money)]
  let categoryIDs: [Int64]
  let tagIDs: [Int64]
  let reviews: [Review]
  let groups: [Group]

  private static let adjectives = [
    "Quiet", "Folding", "Blue", "Nordic", "Compact", "Heavy", "Café", "Everyday", "Oak", "Travel", "Steel", "Little",
  ]
  private static let nouns = [
    "Kettle", "Lamp", "Chair", "Backpack", "Notebook", "Teapot", "Shelf", "Blanket", "Drill", "Bicycle bell", "Knife", "Müsli bowl",
  ]
  private static let authors = ["Ada", "Björn", "Chiara", "Deniz", "Eva", "Farid", "Grace", "Hạnh"]
  private static let groupNames = ["Colour", "Size", "Warranty"]
  private static let optionNames = ["Standard", "Large", "Red", "Green", "Five years", "Gift wrap"]

  init(id: Int64, seed: UInt64, size: CatalogueSize) {
    var random = SeededGenerator(seed: seed ^ (UInt64(bitPattern: id) &* 0x9E37_79B9))
    self.id = id
    name = "\(random.pick(Self.adjectives, or: "")) \(random.pick(Self.nouns, or: "")) \(id)"
    description = random.chance(70) ? "No. \(id). \"Made to last\"; 100 % checked." : nil
    brandID = random.integer(1...size.brands)
    sellerID = random.integer(1...size.sellers)
    let euros = Money(hundredths: random.integer(99...99_999))
    prices = random.chance(40) ? [("EUR", euros), ("USD", Money(hundredths: euros.hundredths * 108 / 100))] : [("EUR", euros)]
    categoryIDs = Self.distinct(random.integer(1...3), of: size.categories, &random)
    tagIDs = Self.distinct(random.integer(0...4), of: size.tags, &random)
    var reviews: [Review] = []
    for number in 0..<random.integer(0...5) {
      reviews.append(
        Review(
          id: id * 100 + number, author: random.pick(Self.authors, or: ""), rating: random.integer(1...5),
          body: random.chance(60) ? "Review \(number) of product \(id)." : nil))
    }
    self.reviews = reviews
    var groups: [Group] = []
    for number in 0..<random.integer(0...2) {
      let groupID = id * 10 + number
      var options: [Choice] = []
      for choice in 0..<random.integer(1...4) {
        options.append(
          Choice(
            id: groupID * 10 + choice, name: random.pick(Self.optionNames, or: ""), surcharge: Money(hundredths: random.integer(0...2000))))
      }
      groups.append(Group(id: groupID, name: random.pick(Self.groupNames, or: ""), options: options))
    }
    self.groups = groups
  }

  private static func distinct(_ count: Int64, of maximum: Int64, _ random: inout SeededGenerator) -> [Int64] {
    var ids: Set<Int64> = []
    for _ in 0..<count { ids.insert(random.integer(1...maximum)) }
    return ids.sorted()
  }

}
