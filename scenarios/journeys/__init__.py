"""Who can get where: people, trips, and which shelter is offered to whom."""
