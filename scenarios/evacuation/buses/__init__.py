"""People without a car, and those who need special transport: who drives them, when, from where to where."""
