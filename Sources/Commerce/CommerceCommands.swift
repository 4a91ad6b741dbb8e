public import Commands

/// All commands of the sample shop.
public enum CommerceCommands {
  /// The types, for a ``CommandRegistry``.
  public static let all: [any Command.Type] = [
    RegisterEntity<Brand>.self, RenameEntity<Brand>.self, RegisterEntity<Seller>.self, RenameEntity<Seller>.self,
    RegisterEntity<Category>.self, RenameEntity<Category>.self, RegisterEntity<Tag>.self, RenameEntity<Tag>.self,
    CreateProduct.self, RenameProduct.self, DescribeProduct.self, RepriceProduct.self, MoveProduct.self, TagProduct.self,
    UntagProduct.self, CategoriseProduct.self, UncategoriseProduct.self, AddReview.self, RemoveReview.self, AddOptionGroup.self,
    RemoveOptionGroup.self, AddOption.self, RemoveOption.self, DiscontinueProduct.self, DeleteProduct.self, PlaceOrder.self,
    PayOrder.self, ShipOrder.self, CancelOrder.self,
  ]

  /// A registry of all of them.
  public static func registry() throws(CommandRegistryError) -> CommandRegistry { try CommandRegistry(all) }
}
