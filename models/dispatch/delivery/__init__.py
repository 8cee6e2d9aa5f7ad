"""Relief goods from depots to stops: split, several trips, deadlines, a bound, and planning again."""
