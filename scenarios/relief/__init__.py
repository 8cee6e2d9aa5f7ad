"""Relief in a scenario: what people in shelters need, what depots have, who brings it, and the orders."""
