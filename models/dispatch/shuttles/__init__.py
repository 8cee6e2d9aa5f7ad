"""Ambulances fetch patients trip by trip: who drives which trip, when each patient arrives."""
