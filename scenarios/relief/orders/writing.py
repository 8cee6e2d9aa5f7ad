"""Write the orders of a plan as files: paper and workbook in each language, tables and bars for machines."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from dss.language import LANGUAGES
from scenarios.relief.orders.book import bind_orders
from scenarios.relief.orders.content import content_of
from scenarios.relief.orders.map import Maps
from scenarios.relief.orders.paper import print_orders
from scenarios.relief.orders.sheets import depot_lists, sheets_of
from scenarios.relief.orders.tables import gantt, order_layer, order_table
from scenarios.relief.orders.wording import write_length
from scenarios.relief.record import Told

FOLDER: Final = "orders"


def write_orders(folder: Path, told: Told, from_s: float = 0.0) -> list[Path]:
    """Write the orders of a plan into a folder, and return the files; none where nobody drives.

    ``orders.zh.pdf``, ``orders.zh.xlsx`` and the same in English, ``orders.csv`` (a row per handing over),
    ``orders.geojson`` (a line per trip, a point per place), ``gantt.json`` (bars over time).

    Parameters
    ----------
    from_s
        Trips that are over by then are left out, but for the lines of the GeoJSON.
    """
    record = told.record
    sheets = sheets_of(told, from_s)
    if not sheets:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    lists = depot_lists(sheets)
    maps = Maps(told)
    drawn = [maps.draw(sheet) for sheet in sheets]
    with ThreadPoolExecutor() as beside:  # typst prints the languages beside each other
        printed = {}
        for language in LANGUAGES:
            content = content_of(record, sheets, lists, language)
            bars = [(svg, write_length(bar_m, language)) for svg, bar_m in drawn]
            printed[language] = beside.submit(print_orders, content, bars)
            (folder / f"orders.{language}.xlsx").write_bytes(bind_orders(content))
        for language, paper in printed.items():
            (folder / f"orders.{language}.pdf").write_bytes(paper.result())
    order_table(record, sheets).to_csv(folder / "orders.csv", index=False, encoding="utf-8-sig")
    layer = order_layer(told)
    (folder / "orders.geojson").write_text(layer.to_json(ensure_ascii=False, drop_id=True), encoding="utf-8")
    bars_text = json.dumps(gantt(record, sheets), ensure_ascii=False, indent=1)
    (folder / "gantt.json").write_text(bars_text, encoding="utf-8")
    return sorted(path for path in folder.iterdir() if path.is_file())
