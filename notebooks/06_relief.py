# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 三天的物资与一座断桥 · Relief for three days and a broken bridge
#
# 洪水之后，避难场所里的人每天要喝水、吃饭、用药，还要棉被、帐篷和厕所。库里有多少？缺什么？谁来送？
# 两小时后一座桥断了：已经上路的车照旧，其余的怎么改？全部数据都是虚构的。
#
# After the flood the people in the shelters need water, food and medicine every day, and quilts, tents and
# toilets once. What is in stock, what is short, and who brings it? Two hours on a bridge is lost: who is on
# the road goes on, and what becomes of the rest? All data is invented.

# %%
import tempfile
from pathlib import Path

from dss.onemap import import_folder, init_map, open_map, read_profile
from dss.sample import write_sample
from models import Limits
from scenarios.load import find_scenario, load_scenario
from scenarios.relief.again import check_again, plan_again
from scenarios.relief.again_tables import again_figures
from scenarios.relief.changes import change_rows, changes_of
from scenarios.relief.inject import Inject, news_of
from scenarios.relief.orders import sheets_of
from scenarios.relief.orders.wording import write_load, write_time
from scenarios.relief.record import read_record
from scenarios.run import run_scenario
from scenarios.verify import verify_run

home = Path(tempfile.mkdtemp())
profile = write_sample(home / "delivery", persons=20_000, seed=7)
init_map(home / "map", read_profile(profile))
import_folder(home / "map", home / "delivery")
onemap = open_map(home / "map")

# %% [markdown]
# ## 1 需求、库存与缺口 · Needs, stock and shortage
#
# 安置方案说明每处场所住多少人，救灾标准说明每人需要多少；库存来自图层，药品和厕所由情景给出。
# 缺口先按最公平的办法分摊：最缺的场所缺得最少。“无支援”一栏是邻区不帮忙时的缺口。
#
# The allocation says who stays where, the standards what a person needs; the stock comes from the map, that
# of medicine and toilets from the scenario. What is short is shared so that the worst shelter is short of
# least. "Alone" is the shortage if no neighbouring district helped.

# %%
scenario = load_scenario(find_scenario("sample_relief"), ["relief.time_limit_s=3"])
run = run_scenario(scenario, onemap, home / "run")
relief = run.manifest["relief"]
for row in relief["goods"]:
    print(
        f"{row['key']:9} need {row['need']:>8,.0f} {row['unit']:7} brought {row['brought']:>8,.0f}   "
        f"short {row['short']:>7,.0f}   alone {row['short_without_aid']:>7,.0f}"
    )
for row in relief["lending"]:
    print(f"{row['from']} → {row['to']}: {row['amount']:,.0f} {row['unit']} {row['key']}")

# %% [markdown]
# ## 2 方案与证明 · The plan and its proof
#
# 车辆有载重、容积、涉水深度和班次；行驶时间附有下界。
# 核验不用求解器：每一段路都在当时的路况上重新走一遍。
#
# Vehicles have payload, space, a depth that stops them, and a shift; the driving comes with a bound. The
# check needs no solver: every leg is driven again on the roads as they are at that hour.

# %%
figures = {figure.key: figure.value for figure in run.figures}
print(f"{figures['relief_trips']} trips of {figures['relief_vehicles']} vehicles")
print(f"driving {figures['relief_driving_h']} h, never below {figures['relief_driving_bound_h']} h")
for cause in relief["causes"]:
    print(cause["cause"], cause["name"])
assert verify_run(run.folder).passed

# %%
told = read_record(run.folder)
first = sheets_of(told)[0].trips[0]
print(write_time(first.load_from_s, told.record.facts, "zh"), write_load(first.packs, told.record, "zh"))
for visit in first.visits:
    stop = told.record.stops.name[visit.stop]
    print(" ", write_time(visit.arrive_s, told.record.facts, "en"), stop)

# %% [markdown]
# ## 3 02:10，桥断了 · 02:10, a bridge is lost
#
# 已经出库的车照旧行驶，除非它的路断了；没出库的车次重新安排。新方案先核验，再与旧方案逐车对照。
#
# Vehicles that have left go on, unless their way is lost; trips that have not left are planned anew. The new
# plan is checked, and compared with the old one vehicle by vehicle.

# %%
bridges = [name for name in told.streets.road_name if name and "大桥" in name]
driven = {told.streets.name_of(int(edge)) for edge in told.record.drives.legs.edge}
lost = next((name for name in bridges if name in driven), bridges[0])
inject = Inject.model_validate(
    {
        "at": "02:10",
        "roads_closed": [lost],
        "needs": [
            {
                "shelter": told.record.stops.name[0],
                "commodity": "water",
                "amount": 120,
                "unit": "l",
                "due_h": 6,
            }
        ],
    }
)
again = plan_again(told, news_of(inject, told), Limits(3.0))
assert check_again(again) == []
now = {figure.key: figure.value for figure in again_figures(again)}
print(f"{lost}: {now['relief_begun_trips']} trips had begun, {now['relief_halted_trips']} stop,")
print(f"{now['relief_lost_t']} t on board are lost; {now['relief_ahead_trips']} trips planned anew;")
print(f"{now['relief_kept_percent']} % of the shelters still ahead keep their vehicles;")
print(f"{now['relief_before_brought_t']} t before, {now['relief_brought_t']} t now")

# %%
for vehicle, what, stays, gone, fresh in change_rows(changes_of(again), "en"):
    print(f"{vehicle} {what}; trips as before: {stays}")
    print("   no longer:", gone.replace("\n", "\n              "))
    print("   instead:  ", fresh.replace("\n", "\n              "))
