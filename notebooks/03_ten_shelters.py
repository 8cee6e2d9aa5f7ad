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
# # 十处避难场所建在哪里，红线的代价有多大 · Where to build ten shelters, and what the red lines cost
#
# 一座生成的城市。候选场址来自一张图，每一处被排除都写明规则、图层、条文和状态；方案带有可复核的界。
#
# A generated city. Candidates come from the one map; every exclusion names its rule, layer, clause and
# status; the plan has a bound that anyone can check.

# %%
import tempfile
from pathlib import Path

from dss.onemap import import_folder, init_map, open_map, read_profile
from dss.sample import write_sample

home = Path(tempfile.mkdtemp())
profile = write_sample(home / "delivery", persons=60_000, seed=7)
init_map(home / "map", read_profile(profile))
import_folder(home / "map", home / "delivery")
onemap = open_map(home / "map")

# %% [markdown]
# ## 1 候选场址 · Candidates
#
# 用地代码、有效面积、红线、农田、开发边界、洪涝、断层、危险源、坡度、临路：逐条检查。
#
# Land-use code, effective area, red lines, farmland, urban boundary, floods, faults, hazards, slope, roads.

# %%
from dss.standards import StandardsReader
from scenarios.siting import Survey, find_preset, survey_ground

preset = find_preset("shelter")
ground = survey_ground(onemap, preset, StandardsReader(), Survey(resolution=9))
candidates = ground.candidates
print(f"{len(candidates.features)} candidates, {candidates.admitted.sum()} admitted")
for rule in candidates.examined:
    print(f"{rule.rule:16} {rule.broken:4}, alone {rule.alone:4}   {rule.source} ({rule.status})")
for rule in candidates.unexamined:
    print(f"{rule.rule:16}   --   no layer of role {rule.role}")

# %% [markdown]
# ## 2 十处 · Ten sites
#
# 假设现在一处也没有：十处最多能让多少人在步行限值内有一席之地？
#
# As if there were none today: how many people can ten sites take in within the walking limit?

# %%
from scenarios.siting import StudyOptions, solve_study

costs = ground.costs()
options = StudyOptions(sites=10, keep_existing=False, time_limit_s=20)
study = solve_study(ground, costs, options)
assert study.violations == []
report = study.plan.report
print(f"{report.objective:,.0f} of {ground.demand.sum():,.0f} persons")
print(f"at most {report.bound:,.0f}; gap {report.gap:.2%}")

# %% [markdown]
# ## 3 每处带来什么，谁还没有 · What each adds, and who is left

# %%
from scenarios.siting.explaining import CAUSES, explain

explanation = explain(study, costs)
for gain in explanation.gains:
    print(f"{gain.name:24} {gain.persons:8,.0f}   without it {gain.only_by_it:8,.0f} fewer")
for k, cause in enumerate(CAUSES):
    left = ground.demand[explanation.cause == k].sum()
    print(f"{cause:14} {left:10,.0f} persons in cells left out or in part")
print("fewest sites for all who can be served:", explanation.number.value)

# %%
from IPython.display import Image

from scenarios.siting.picture import draw_study

Image(data=draw_study(study, explanation, "zh"), width=900)

# %% [markdown]
# ## 4 红线的代价 · What the red lines cost
#
# 去掉生态红线、永久基本农田、开发边界和洪涝控制线，同样十处能多服务多少人？再逐条去掉单独排除场址的规则。
# 这不是建议，是代价。
#
# Without the ecological red line, farmland, urban boundary and flood lines, how many more could ten sites
# serve? Then without each rule that alone keeps a candidate out. That is no advice; it is the price.

# %%
LINES = ("eco_redline", "basic_farmland", "urban_boundary", "flood_zone")
alone = [rule.rule for rule in candidates.examined if rule.alone and rule.rule != "existing"]
for rules in (LINES, *((rule,) for rule in alone)):
    without = StudyOptions(sites=10, keep_existing=False, time_limit_s=20, without_rules=rules)
    free = solve_study(ground, costs, without)
    assert free.plan.report.bound >= report.objective
    more = free.plan.report.objective - report.objective
    print(f"without {', '.join(rules)}: {free.chosen.size} sites of", end=" ")
    print(f"{candidates.admitted_without(*rules).sum()} serve {more:,.0f} more")

# %% [markdown]
# ## 5 断桥与洪水 · Bridges out, and a flood
#
# 先按若干次桥梁中断抽样，再按一个情景文件：洪水中的行程、断路、失去的场址和要转移的人。与不计灾害的方案相比，
# 期望、最坏和最坏五分之一各选哪十处？
#
# First draws of closed bridges, then a scenario file: ways in the flood, closed roads, lost sites, and who
# must leave. Which ten are chosen for the expected, the worst and the worst fifth, against the plan made
# without regard to hazards?

# %%
from scenarios.siting.cases import Chances, draw_cases, load_scenarios, scenario_cases
from scenarios.siting.robust import robust_study

flood = load_scenarios(["sample_flood"])
for cases in (
    draw_cases(ground, costs, 3, seed=1),
    scenario_cases(ground, costs, flood, Chances.of((), 1)),
):
    robust = robust_study(study, cases)
    for case in robust.cases:
        gone = f"{case.closed_edges} edges closed, {case.lost_existing + case.lost_candidates} sites lost"
        print(f"{case.title.en}: {case.in_need:,.0f} in need, {gone}")
    for choice in robust.choices:
        out = f"{choice.expected:9,.0f}  worst {choice.worst:9,.0f}  worst fifth {choice.cvar:9,.0f}"
        print(f"  {choice.aim:10} left out: expected {out}")

# %% [markdown]
# ## 练习 · Try it
#
# 把 `sites` 改为 5 和 20：覆盖怎样变化？再用 `model="center"` 让最远的人最近。
#
# Set `sites` to 5 and 20: how does coverage change? Then use `model="center"` to bring the farthest near.
