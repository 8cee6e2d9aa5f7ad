"""What the departments hand over: files, dates, record numbers, and the profile that binds them."""
