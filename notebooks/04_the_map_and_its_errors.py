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
# # 一张图和它的错误 · The one map and its errors
#
# 一座两万人的生成城市，约 5% 的记录有错。体检找到多少、是谁的、改好之后指标差多少。
#
# A generated city of 20,000 people in which about 5% of the records are wrong: how many of them the check
# finds, whose they are, and what they do to the figures.

# %%
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from dss.onemap import OneMap, import_folder, init_map, open_map, read_profile
from dss.sample import ERRORS, write_sample

today = date(2026, 11, 22)
home = Path(tempfile.mkdtemp())


def city(name: str, errors: float) -> OneMap:
    delivery = home / f"{name}_delivery"
    profile = write_sample(delivery, persons=20_000, seed=1, errors=errors, today=today)
    init_map(home / name, read_profile(profile))
    import_folder(home / name, delivery)
    return open_map(home / name)


onemap = city("map", ERRORS)

# %% [markdown]
# ## 1 有什么，谁的，多旧 · What there is, whose, how old

# %%
catalogue = pd.DataFrame(
    {
        "类 class": layer.layer_class,
        "图层 layer": layer.title.zh,
        "key": layer.key,
        "部门 owner": layer.owner.zh,
        "天 days": layer.age_days(today),
        "逾期 overdue": layer.overdue_days(today),
        "记录 records": layer.records,
    }
    for layer in onemap.layers
).sort_values("类 class", kind="stable")
print(catalogue.groupby("类 class", sort=False)["key"].count().to_dict())
catalogue.style.hide()

# %% [markdown]
# ## 2 体检 · The check
#
# 按规则、按部门。没有查的也写明原因。
#
# By rule and by department. What was not checked is said, with its reason.

# %%
from dss.onemap.audit import check_map
from dss.onemap.audit.report import report

audit = check_map(onemap, today)
facts = {language: report(audit, language) for language in ("zh", "en")}
print(f"{facts['zh']['score']['score']} / 100, {len(audit.faults)} faults, {audit.seconds:.1f} s")
print(f"{len(facts['zh']['not_run'])} 项没有查 not checked, e.g. {facts['en']['not_run'][0]['why']}")
pd.DataFrame(
    {
        "规则": zh["title"],
        "rule": en["title"],
        "code": zh["code"],
        "程度 severity": zh["severity"],
        "数量 count": zh["count"],
        "例 example": zh["examples"][0]["what"],
    }
    for zh, en in zip(facts["zh"]["rules"], facts["en"]["rules"], strict=True)
).style.hide()

# %%
pd.DataFrame(
    {
        "部门": zh["owner"],
        "department": en["owner"],
        "得分 score": zh["score"],
        "记录 records": zh["records"],
        "有错 faulty": zh["faulty"],
        "错误 errors": zh["errors"],
        "警告 warnings": zh["warnings"],
    }
    for zh, en in zip(facts["zh"]["departments"], facts["en"]["departments"], strict=True)
).style.hide().format(precision=1)

# %%
from IPython.display import Image

from dss.onemap.audit.picture import draw_faults

Image(data=draw_faults(audit).png, width=900)

# %% [markdown]
# ## 3 对答案 · Against the truth
#
# 真实的城市没有答案，这里有：`truth.csv` 记着每一处植入的错误。规则和错误出自同样的人，所以查全率只说明规则
# 做到了它所说的。
#
# A real city has no such list: `truth.csv` names every planted error. The same people wrote rules and errors,
# so the recall says only that the rules do what they say.

# %%
truth = pd.read_csv(home / "map_delivery" / "truth.csv", dtype={"record_id": str, "row": "Int64"})
faults = audit.faults
told = set(zip(faults["code"], faults["layer"], faults["row"].fillna(-1), strict=True))
partners = {
    (code, layer, row)
    for code, layer, others in zip(faults["code"], faults["layer"], faults["others"], strict=True)
    for row in others
}
planted = list(zip(truth["code"], truth["layer"], truth["row"].fillna(-1), strict=True))
found = [one in told | partners for one in planted]

wrong = {(layer, row) for _, layer, row in planted}
false_alarms = {
    (layer, row)
    for _, layer, row in told
    if row >= 0 and (layer, row) not in wrong and (layer, -1) not in wrong
}
print(f"查全 recall {sum(found)} / {len(planted)}; 误报 false alarms {len(false_alarms)}")
assert sum(found) / len(planted) > 0.95
assert len(false_alarms) < 0.05 * len(planted)

# %% [markdown]
# ## 4 能自动改的 · What can be mended mechanically
#
# 从图本身推得出的才改；原件不动，删去一行再执行就撤销一项。其余的只有责任部门知道。
#
# Only what follows from the map itself. The originals stay; taking a line out and replaying undoes it. The
# rest only its owner can know.

# %%
from dss.onemap.audit import propose_fixes
from dss.onemap.fixes import fix_map, read_fixes

fixes = home / "fixes.yaml"
entries = propose_fixes(audit, fixes)
fix_map(onemap, read_fixes(fixes), fixes, by="trainer", on=datetime.now(UTC))
mended = open_map(onemap.folder)
again = check_map(mended, today)
print(f"{entries} 项修正 fixes; 问题 faults {len(audit.faults)} -> {len(again.faults)}")
counts = {"前 before": audit.faults["code"].value_counts(), "后 after": again.faults["code"].value_counts()}
change = pd.DataFrame(counts).fillna(0).astype(int)
assert len(again.faults) < len(audit.faults)
change[change["前 before"] != change["后 after"]]

# %% [markdown]
# ## 5 指标差多少 · What it does to the figures
#
# 同一场洪水：交付的图、自动改过的图、没有错误的图。区间是在改过的图上每层再放 5% 的错误、只抽三次的结果：
# 它说明指标会动多少，不说明真值在哪一边。
#
# The same flood on the map as delivered, as mended, and without errors. The interval comes from only three
# draws of 5% new errors in each layer of the mended map: it says how far figures move, not where the truth
# is.

# %%
from scenarios.error_study.rates import Rates
from scenarios.error_study.study import study_errors
from scenarios.load import find_scenario, load_scenario
from scenarios.run import run_scenario

scenario = load_scenario(find_scenario("sample_flood"))
runs = {
    "交付 delivered": run_scenario(scenario, onemap, home / "run_delivered"),
    "无错 no errors": run_scenario(scenario, city("clean", 0), home / "run_clean"),
}
study = study_errors(scenario, mended, Rates(), draws=3)

# %%
shown = (
    "persons_affected",
    "persons_allocated",
    "persons_unmet",
    "places_open",
    "trip_mean_min",
    "person_hours",
)
figures = pd.DataFrame(
    {name: {figure.key: figure.value for figure in run.figures} for name, run in runs.items()},
    dtype=float,
)
figures["改后 mended"] = {spread.key: spread.base for spread in study.spreads}
figures["低 low"] = {spread.key: spread.low for spread in study.spreads}
figures["高 high"] = {spread.key: spread.high for spread in study.spreads}
unmet = figures.loc["persons_unmet"]
assert unmet["交付 delivered"] < unmet["无错 no errors"] < unmet["改后 mended"]
figures.loc[list(shown)].round(1)

# %% [markdown]
# 交付的图说人人有去处：其中一处场所只在规划里，改后去掉了它。应撤离的人数仍然偏多，那些错误还在图里。
#
# As delivered everyone has a place: one of the shelters is only planned, and the mended map is rid of it.
# Those who must leave are still too many: the errors behind that are still in the map.
#
# 哪个图层的错误最要紧：各层单独有错时，占指标变动的多少。
#
# Which layer's errors matter most: each layer's part in the movement, with errors in it alone.

# %%
for effect in study.layers:
    print(f"{effect.key:24} {effect.records:6,} records   {effect.share or 0:4.0%}")

# %% [markdown]
# ## 练习 · Try it
#
# 只留 `fixes.yaml` 里 `move_to` 一项，重新执行，再推演：没有去处的人数变成多少？
#
# Keep only the entry `move_to` of `fixes.yaml`, replay and run again: how many people have no place now?
