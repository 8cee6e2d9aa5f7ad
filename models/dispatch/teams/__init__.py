"""Units to incidents, idle units to stations, patients to hospitals: exact, with prices that prove it."""
