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
# # 夜间洪水：就近还是统筹 · A night flood: nearest shelter or the best plan
#
# 夜里人都在家中。人人去最近的场所，还是按统筹方案走？为什么有的社区要走得比自己愿意的更远？
# 全部数据都是虚构的。
#
# By night people are at home. Should everyone go to the nearest shelter, or as the plan says? And why does
# a community go farther than it would like? All data is invented.

# %%
import tempfile
from pathlib import Path

from dss.onemap import import_folder, init_map, open_map, read_profile
from dss.sample import write_sample
from scenarios.load import find_scenario, load_scenario
from scenarios.run import run_scenario

home = Path(tempfile.mkdtemp())
profile = write_sample(home / "delivery", persons=100_000, seed=7)
init_map(home / "map", read_profile(profile))
import_folder(home / "map", home / "delivery")
onemap = open_map(home / "map")

# %% [markdown]
# ## 1 两个方案，一张表 · Two plans, one table
#
# 同一情景同时给出统筹方案和“人人就近”的对照；统筹方案带下限，谁也做不出更好的。
#
# One run gives the best plan and, beside it, everyone going to the nearest shelter with room. The plan comes
# with a bound: nobody can do better.

# %%
plain = ["allocation.groups=[]", "allocation.districts=null", "allocation.shelters.only=any"]
scenario = load_scenario(find_scenario("sample_night_flood"), plain)
run = run_scenario(scenario, onemap, home / "run")
for row in run.manifest["allocation"]["comparison"]:
    print(f"{row['key']:20} plan {row['plan']:>12,}   nearest {row['nearest']:>12,}   {row['unit']}")
figures = {figure.key: figure.value for figure in run.figures}
print(f"gap {figures['gap_percent']} %")
assert figures["persons_unmet"] <= figures["nearest_persons_unmet"]

# %%
from IPython.display import Image

Image(filename=str(run.folder / "areas.zh.png"), width=900)

# %% [markdown]
# ## 2 谁走得更远，为什么 · Who goes farther, and why
#
# 对每个格网比较“方案里去的场所”与“最近的场所”。最近的场所满了，就有一个价格：那里多一个床位能省多少时间。
# 愿意走远一点、让出近处床位的人，省下的正是别人更多的路。
#
# For each cell, compare where the plan sends people with the shelter nearest to them. Where the nearest one
# is full it has a price: what one more place there would save. Those who go a little farther leave near
# places to people who would otherwise go much farther still.

# %%
import pandas as pd

from scenarios.allocation.proof_files import read_proof

proof = read_proof(run.folder)
problem, decision = proof.problem, proof.plan.decision
arcs = pd.DataFrame(
    {
        "cell": problem.cell,
        "site": problem.site,
        "trip_min": problem.cost_s / 60,
        "persons": decision.persons,
        "price_min": decision.prices[problem.site] / 60,
    }
)
nearest = arcs.sort_values(["cell", "trip_min"]).drop_duplicates("cell").set_index("cell")
beside = nearest[["site", "trip_min", "price_min"]].add_suffix("_near")
sent = arcs[arcs["persons"] > 0].join(beside, on="cell")
sent["longer_min"] = sent["trip_min"] - sent["trip_min_near"]
farther = sent[sent["longer_min"] > 0.1].sort_values("longer_min", ascending=False)
print(
    f"{farther['persons'].sum():,} of {sent['persons'].sum():,} persons go farther than the nearest shelter"
)
farther.head()

# %% [markdown]
# 对每一个走得更远的格网都成立：多走的时间不超过两处价格之差。床位的价格就是“为什么”。
#
# It holds for every cell that goes farther: the detour is no longer than the difference of the two prices.
# The price of a place is the reason.

# %%
slack_min = farther["price_min_near"] - farther["price_min"] - farther["longer_min"]
assert (slack_min >= -0.1).all()
print(farther.groupby("site_near")[["persons", "longer_min", "price_min_near"]].max().round(1))

# %% [markdown]
# ## 3 没有去处的人 · Those without a place
#
# 不够就说不够：差多少床位、差在哪里，加起来正好是没有去处的人数，谁都可以核对。
#
# Where places are short the run says so: how many, and where. The shortages add up to the people without a
# place, so that anyone can check them.

# %%
from dss.language import text
from scenarios.report.allocation_text import why_lines
from scenarios.report.number import write_number

why = run.manifest["why"]
for language in ("zh", "en"):
    for line in why_lines(why, lambda key, **v: text(f"report.{key}", language, **v), write_number):  # noqa: B023
        print("·", line)

# %% [markdown]
# ## 4 整社区安置的代价 · What keeping communities whole costs
#
# 把每个普查小区整体送到一处场所，再看比允许拆分多花多少：两端都有证明。
#
# Send every census unit to one shelter as a whole, and see what it costs beside splitting: both ends proven.

# %%
together = scenario.model_copy(
    update={"allocation": scenario.allocation.model_copy(update={"whole": "census"})}
)
whole = run_scenario(together, onemap, home / "whole")
kept = {figure.key: figure.value for figure in whole.figures}
print(f"{kept['zones']} units whole; splitting would tear {kept['split_zones']} of them apart")
print(
    f"price of wholeness: {kept['wholeness_least_hours']:,} to {kept['wholeness_most_hours']:,} person-hours"
)

# %% [markdown]
# ## 5 谁都可以复核 · Anyone can check it

# %%
from scenarios.verify import verify_run

assert verify_run(run.folder).passed
assert verify_run(whole.folder).passed
print("passed")

# %% [markdown]
# ## 练习 · Try it
#
# 用 `allocation.objective: longest_trip` 再跑一次：最长的行程短了多少，总行程多了多少？
#
# Run it again with `allocation.objective: longest_trip`: how much shorter is the longest trip, and how much
# longer is travel in all?
