extension ResolvedProjection {
  /// What does not fit the types of columns, and of the expressions whose types are known.
  ///
  /// - Parameter types: PostgreSQL's names of the expressions' types, by number.
  func typeProblems(_ types: [Int: String]) -> [ProjectionProblem] {
    var problems: [ProjectionProblem] = []
    check(fields, types, &problems)
    for (number, expression) in expressions.enumerated() where expression.isCondition {
      if let type = types[number], type != "boolean" {
        problems.append(expression.text.problem("expected a condition, which is true or false; this is of type \(type)"))
      }
    }
    return problems
  }

  private func check(_ fields: [ResolvedField], _ types: [Int: String], _ problems: inout [ProjectionProblem]) {
    for field in fields { check(field.value, at: field.place, types, &problems) }
  }

  private func check(_ value: ResolvedValue, at place: DeclarationPlace, _ types: [Int: String], _ problems: inout [ProjectionProblem]) {
    switch value {
    case .column, .expression:
      guard let format = value.format, let name = typeName(of: value, types) else { return }
      if !ValueType(name).allows(format) {
        problems.append(place.problem("values of type \(name) cannot be written as \(format.rawValue)"))
      }
    case .constant: break
    case .object(let fields): check(fields, types, &problems)
    case .embed(let embed):
      switch embed.content {
      case .row(let value): check(value, at: embed.place, types, &problems)
      case .number(let number): check(number, types, &problems)
      case .numbers(let numbers): for number in numbers { check(number, types, &problems) }
      }
    }
  }

  private func check(_ number: ResolvedNumber, _ types: [Int: String], _ problems: inout [ProjectionProblem]) {
    guard let operand = number.operand, let name = typeName(of: operand, types) else { return }
    let type = ValueType(name)
    switch number.function {
    case .sum, .average:
      if !type.isNumber { problems.append(number.place.problem("\(number.function.rawValue) takes numbers, not values of type \(name)")) }
    case .min, .max:
      if !type.isOrdered { problems.append(number.place.problem("values of type \(name) have no \(number.function.rawValue)")) }
    case .countDistinct:
      if !type.isLookedUp, type != .float {
        problems.append(number.place.problem("values of type \(name) cannot be told apart; count_distinct does not take them"))
      }
    case .count: break
    }
    if let format = number.operand?.format, let result = number.resultType(operand: name), !ValueType(result).allows(format) {
      problems.append(number.place.problem("values of type \(result) cannot be written as \(format.rawValue)"))
    }
  }

  func typeName(of value: ResolvedValue, _ types: [Int: String]) -> String? {
    switch value {
    case .column(let column, _): column.mirrorType
    case .expression(let number, _): types[number]
    default: nil
    }
  }
}

extension ResolvedValue {
  /// The format that was asked for.
  var format: ValueFormat? {
    switch self {
    case .column(_, let format), .expression(_, let format): format
    default: nil
    }
  }
}

extension ResolvedNumber {
  /// The type of the number, as far as its way of writing depends on it.
  func resultType(operand: String?) -> String? {
    switch function {
    case .count, .countDistinct: "bigint"
    case .sum, .average: operand.map { ValueType($0) == .float && round == nil ? "double precision" : "numeric" }
    case .min, .max: operand
    }
  }
}
