"""The land of the sample city: parcels, their uses, the country around, water, and whose it is."""
