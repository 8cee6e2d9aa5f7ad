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
# # 从一张图到安置方案 · From the map to the plan
#
# 一座生成的城市、一场洪水、一个有证明的避难安置方案。全部数据都是虚构的。
#
# A generated city, a flood, and a shelter plan with its proof. All data is invented.

# %%
import tempfile
from pathlib import Path

from dss.onemap import import_folder, init_map, open_map, read_profile
from dss.sample import write_sample

home = Path(tempfile.mkdtemp())
persons = 60_000

# %% [markdown]
# ## 1 一张图 · The map
#
# 各部门交付的文件由城市配置绑定到角色，再导入成图。
#
# The departments' files are bound to roles by a city profile and imported.

# %%
profile = write_sample(home / "delivery", persons=persons, seed=7)
init_map(home / "map", read_profile(profile))
import_folder(home / "map", home / "delivery")
onemap = open_map(home / "map")
for layer in onemap.layers:
    print(f"{layer.layer_class}  {layer.title.zh:24}  {layer.owner.zh:12}  {layer.date}  {layer.records:,}")

# %% [markdown]
# ## 2 人口上格网 · People to cells
#
# 人口按住宅楼面积分到 H3 格网，前后总数相等。
#
# People are spread over homes by floor area and counted in H3 cells; their number stays the same.

# %%
from dss.cells import index_population

cells = index_population(onemap, resolution=10)
print(f"{cells.cell.size:,} cells, {cells.total_persons:,} persons")
assert cells.total_persons == persons

# %% [markdown]
# ## 3 推演 · The run
#
# 洪水淹没格网、中断道路；还走得通的人被安排到有空位、行程最短的场所。
#
# The flood takes cells and roads; those who can still leave are given places with the least travel.

# %%
from scenarios.load import find_scenario, load_scenario
from scenarios.run import run_scenario

scenario = load_scenario(find_scenario("sample_flood"))
result = run_scenario(scenario, onemap, home / "run")
figures = {figure.key: figure.value for figure in result.figures}
for key in ("persons_affected", "persons_allocated", "persons_unmet", "trip_mean_min", "roads_closed"):
    print(f"{key:20} {figures[key]:>10,}")

# %%
from IPython.display import Image

Image(filename=str(result.folder / "map.zh.png"), width=900)

# %% [markdown]
# ## 4 有多好 · How good it is
#
# 任何方案的总行程都不可能低于这个下限；差距就是最多还能改进的余地。
#
# No plan can need less travel than the bound; the gap is all that could still be gained.

# %%
print(f"{figures['person_hours']:,} person-hours, bound {figures['person_hours_bound']:,}")
print(f"gap {figures['gap_percent']} %")
print(f"nearest shelter: {figures['nearest_person_hours']:,} person-hours")

# %% [markdown]
# ## 5 谁都可以复核 · Anyone can check it
#
# 复核不用求解器：只读运行文件夹，重新推导每一条约束和下限。
#
# The check uses no solver: it reads the run folder and derives every constraint and the bound again.

# %%
from scenarios.verify import verify_run

verification = verify_run(result.folder)
assert verification.passed
print("passed")

# %% [markdown]
# ## 练习 · Try it
#
# 把 `flood.leave_depth_m` 改成 0.15：须转移的人多了多少？哪些场所先满？
#
# Set `flood.leave_depth_m` to 0.15: how many more people must leave, and which shelters fill first?

# %%
stricter = scenario.model_copy(update={"standards": {"flood.leave_depth_m": 0.15}})
other = run_scenario(stricter, onemap, home / "stricter")
more = {figure.key: figure.value for figure in other.figures}
print(f"{figures['persons_affected']:,} -> {more['persons_affected']:,} persons must leave")
