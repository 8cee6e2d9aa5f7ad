"""Numbers as people read them."""


def write_number(value: float | None) -> str:
    """Write a number for people: groups of three, one decimal where it has any."""
    if value is None:
        return "–"
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 0.05 else f"{value:.4f}"
