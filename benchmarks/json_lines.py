"""One measurement, one line."""

import json


def say(**row: object) -> None:
    """Print one line of JSON, numbers rounded to six places."""
    rounded = {key: round(value, 6) if isinstance(value, float) else value for key, value in row.items()}
    print(json.dumps(rounded), flush=True)
