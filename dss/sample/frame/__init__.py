"""How the city is laid out: its plan, how the plan lies on the map, and what each part is for."""
