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
# # 疏散：有组织与无组织 · Evacuation with and without control
#
# 洪水半小时后到达。人人同时去最近的场所会怎样？按方案分批出发又会怎样？
# 谁决定了最后的清空时间，能否更快？全部数据都是虚构的。
#
# The flood comes in half an hour. What happens if everyone leaves at once for the nearest shelter, and what
# by the plan? Who sets the time by which the last one is safe, and could it be sooner? All data is invented.

# %%
import tempfile
from pathlib import Path

from dss.onemap import import_folder, init_map, open_map, read_profile
from dss.sample import write_sample
from scenarios.load import find_scenario, load_scenario
from scenarios.run import run_scenario

home = Path(tempfile.mkdtemp())
profile = write_sample(home / "delivery", persons=20_000, seed=7)
init_map(home / "map", read_profile(profile))
import_folder(home / "map", home / "delivery")
onemap = open_map(home / "map")

# %% [markdown]
# ## 1 两种结局 · Two outcomes
#
# 同一次运行给出方案、少一种管控手段的方案，以及人人同时出发的排队推演；
# 方案附有证明：谁也不能更早清空。
#
# One run gives the plan, the plan with one means of control less, and everyone leaving at once, replayed in
# queues. The plan comes with a proof: nobody could be done sooner.

# %%
shorter = ["travel.walk_limit_s=900", "evacuation.step_s=30", "evacuation.contraflow=off"]
scenario = load_scenario(find_scenario("sample_evacuation"), shorter)
run = run_scenario(scenario, onemap, home / "run")
told = run.manifest["evacuation"]
for row in told["comparison"]:
    print(
        f"{row['key']:18} safe {row['safe']:>6,}   95 % by {row['p95_min']:>5} min   "
        f"last {row['clearance_min']:>5} min   never before {row['bound_min']}"
    )
figures = {figure.key: figure.value for figure in run.figures}
assert figures["evac_clearance_min"] >= figures["evac_bound_min"]

# %%
from IPython.display import Image

Image(filename=str(run.folder / "arrivals.zh.png"), width=900)

# %% [markdown]
# 右图是路上的排队。方案里等待发生在家中；同时出发则人人在路上等。
#
# The picture on the right shows the queues. By the plan people wait at home; if all leave at once they wait
# on the road.

# %%
from scenarios.evacuation.animation import queue_curves
from scenarios.evacuation.files import read_record

record = read_record(run.folder)
queues = queue_curves(record, 60.0)
hours = (queues.drop(columns="at_s").sum() * 60 / 3600).round(1)
print("hours waited on the road:", hours.to_dict())
assert hours["plan"] <= hours["at_once"]

# %% [markdown]
# ## 2 谁决定了清空时间 · Who sets the clearance
#
# 证明是一个割：那一片的人、他们必须通过的路。想更快，就只能在这里下功夫。
#
# The proof is a cut: the people of that pocket and the roads they must take. Whoever wants to be faster has
# to work there and nowhere else.

# %%
pocket = told["pocket"]
print(pocket["persons"], "people in", ", ".join(pocket["areas"]), "by", pocket["means"])
for road in pocket["roads"]:
    print("  ", road["name"] or road["road_class"], road["units"])
Image(filename=str(run.folder / "evacuation.zh.png"), width=900)

# %% [markdown]
# ## 3 途中道路关闭 · A road closes on the way
#
# 第 10 分钟关闭车流最大的道路：已上路的尽量不变，其余重新安排。
#
# In minute 10 the road with the most cars closes: who is on the way keeps it where it is open, the others are
# planned anew.

# %%
import geopandas as gpd

from models import Limits
from scenarios.evacuation.closing import close_midway

roads = gpd.read_parquet(run.folder / "evacuation_roads.parquet")
busiest = roads[roads["name"].notna()].sort_values("vehicles", ascending=False)["name"].iloc[0]
for means, way in close_midway(run.folder, [busiest], 10, Limits(30)).items():
    change = way.described()
    print(means, busiest, change["clearance_before_min"], "->", change["clearance_min"], change["churn"])
    assert change["check_passed"]

# %% [markdown]
# ## 4 谁都可以复核 · Anyone can check it

# %%
from scenarios.verify import verify_run

assert verify_run(run.folder).passed
print("passed")

# %% [markdown]
# ## 练习 · Try it
#
# 把 `evacuation.departures` 换成 `curve`：如果人们不听指令、各自准备好了才走，要多等多久？
#
# Use `curve` for `evacuation.departures`: how much later is the last one safe when people leave when they are
# ready, whatever they are told?
