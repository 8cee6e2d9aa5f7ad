"""Whose the land is: census units, communities, street offices and districts that tile the city exactly."""
