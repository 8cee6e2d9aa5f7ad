"""Places for people: what a scenario may ask, the plan, its proof, its figures and its layers."""
