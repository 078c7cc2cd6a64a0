"""What the numbers of this shop mean. An alias explains a type; it is no new one."""

type UserId = int
type ProductId = int
type OrderId = int
type Cents = int
type OrderItemId = int
