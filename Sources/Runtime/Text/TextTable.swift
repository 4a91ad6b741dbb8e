/// Rows and columns as text, for people: columns as wide as their widest cell, two spaces between them.
public struct TextTable: Sendable {
  /// A column.
  public struct Column: Sendable {
    /// What stands above it.
    public var title: String
    /// Whether it holds numbers, which stand to the right.
    public var isNumber: Bool

    /// A column of words.
    public static func words(_ title: String) -> Column { Column(title: title, isNumber: false) }
    /// A column of numbers.
    public static func numbers(_ title: String) -> Column { Column(title: title, isNumber: true) }
  }

  /// A cell, with the ANSI colour that it has on a terminal.
  public struct Cell: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// The text. Control characters are replaced: names of topics and groups come from others.
    public var text: String
    /// The number of an ANSI colour, as 31 for red; nil for none.
    public var colour: Int?

    /// A cell.
    public init(_ text: String, colour: Int? = nil) {
      self.text = String(text.map { $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "\u{FFFD}" : $0 })
      self.colour = colour
    }

    /// A cell without colour.
    public init(stringLiteral value: String) { self.init(value) }
  }

  /// The columns.
  public var columns: [Column]
  /// The rows; missing cells are empty, and what goes beyond the columns is left out.
  public var rows: [[Cell]]

  /// A table.
  public init(_ columns: [Column], rows: [[Cell]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// The lines, the titles first, without spaces at their ends.
  /// - Parameter isColored: whether to write ANSI colours.
  public func lines(isColored: Bool = false) -> [String] {
    let cells = [columns.map { Cell($0.title) }] + rows
    let widths = columns.indices.map { column in cells.map { column < $0.count ? $0[column].text.count : 0 }.max() ?? 0 }
    return cells.map { row in
      var line = ""
      var pending = 0
      for (column, cell) in row.prefix(columns.count).enumerated() {
        let space = widths[column] - cell.text.count
        let before = columns[column].isNumber ? space : 0
        let gap = (column == 0 ? 0 : 2) + before
        if cell.text.isEmpty {
          pending += gap + space - before
          continue
        }
        line += String(repeating: " ", count: pending + gap)
        line += isColored && cell.colour != nil ? "\u{1B}[\(cell.colour ?? 0)m\(cell.text)\u{1B}[0m" : cell.text
        pending = space - before
      }
      return line
    }
  }
}
