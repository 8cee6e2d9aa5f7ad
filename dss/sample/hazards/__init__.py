"""What is dangerous in the sample city: water, ground, chemicals."""
