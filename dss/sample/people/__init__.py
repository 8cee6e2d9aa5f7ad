"""Buildings of the sample city and the people in them."""
