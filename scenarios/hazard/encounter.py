"""The hazard of a scenario meets the map: build it, work out its impact, say what was assumed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from dss import hazard as hz
from dss.arrays import BoolArray
from dss.buildings import BuildingStock, HousingMix, housing_mix, read_buildings
from dss.errors import ScenarioError
from dss.hazard.earthquake import shake
from dss.onemap import OneMap, read_vector
from dss.standards import StandardsReader
from scenarios.hazard import spec
from scenarios.places import TimedShape, latitudes, locate, shape_on_map, to_map


@dataclass(frozen=True, slots=True, eq=False)
class Encounter:
    """What became of a hazard.

    Parameters
    ----------
    hazard, impact
        The danger over place and time, and what it does.
    assumptions
        What was taken for granted: counts by the name of a sentence of the report.
    """

    hazard: hz.Hazard
    impact: hz.Impact
    assumptions: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Where the hazard strikes, with which standards, and the seed of what is drawn."""

    onemap: OneMap
    ground: hz.Ground
    standards: StandardsReader
    seed: int


def meet(hazard: spec.AnyHazard, scene: Scene) -> Encounter:
    """Let a scenario's hazard come over the map.

    Raises
    ------
    ScenarioError
        If the hazard is not possible, or does not reach the map.
    MapError
        If it names a layer that the map does not have.
    """
    match hazard:
        case spec.Flood():
            return _flood(hazard, scene)
        case spec.Earthquake():
            return _earthquake(hazard, scene)
        case spec.Toxic():
            return _toxic(hazard, scene)
        case spec.Fire():
            return _fire(hazard, scene)
        case spec.Typhoon():
            return _typhoon(hazard, scene)
        case spec.Polygon():
            return _polygon(hazard, scene)


def _flood(hazard: spec.Flood, scene: Scene) -> Encounter:
    flood = hz.Flood(_water_steps(scene.onemap, hazard))
    bridges, elevated = _kept_dry(hazard, scene)
    rules = hz.FloodRules(hazard.area_share, dry_features=bridges | elevated)
    impact = hz.flood_impact(flood, scene.ground, scene.standards, rules, at_s=hazard.at_s)
    return Encounter(
        flood,
        impact,
        {
            "assumed_flood": len(hazard.assumed),
            "flood_steps": len(hazard.steps),
            **_planned_for(flood, hazard.at_s),
            "assumed_bridges": int(bridges.sum()),
            "assumed_elevated": int(elevated.sum()),
        },
    )


def _earthquake(hazard: spec.Earthquake, scene: Scene) -> Encounter:
    place = locate(scene.onemap, [hazard.epicentre])[0]
    quake = hz.earthquake(
        (float(place[0]), float(place[1])),
        hazard.magnitude,
        hazard.region,
        hazard.strike_deg,
        scene.standards,
    )
    stock = read_buildings(scene.onemap, scene.standards)
    mix = housing_mix(stock, scene.ground.cells)
    shaken = shake(quake, stock, mix, scene.standards, seed=scene.seed)
    impact = hz.earthquake_impact(quake, scene.ground, shaken, scene.standards)
    return Encounter(
        quake,
        impact,
        {
            "quake_attenuation": 1,
            "quake_damage": stock.floors.size,
            "quake_collapsed": int(shaken.collapsed.sum()),
            "quake_no_buildings": int(stock.floors.size == 0),
            **_housing(stock, mix),
        },
    )


def _toxic(hazard: spec.Toxic, scene: Scene) -> Encounter:
    place = locate(scene.onemap, [hazard.source])[0]
    weather = hz.Weather(hazard.wind_mps, hazard.wind_from_deg, hazard.stability, hazard.terrain)
    release = hz.ToxicRelease(
        x_m=float(place[0]),
        y_m=float(place[1]),
        height_m=hazard.height_m,
        rate_kg_s=hazard.rate_kg_s,
        weather=weather,
        widths=hz.widths_of(weather, scene.standards),
        levels_mg_m3=hz.guideline_levels(hazard.substance, scene.standards),
        steps_s=hz.regular_steps(hazard.duration_s, hazard.step_s),
    )
    impact = hz.toxic_impact(release, scene.ground, area_share=hazard.area_share, at_s=hazard.at_s)
    return Encounter(release, impact, {"toxic_plume": 1, **_planned_for(release, hazard.at_s)})


def _fire(hazard: spec.Fire, scene: Scene) -> Encounter:
    if hazard.ignition is not None:
        place = locate(scene.onemap, [hazard.ignition])[0]
        spread = hz.Spread(
            float(place[0]), float(place[1]), hazard.head_m_min, hazard.wind_kmh, hazard.wind_from_deg
        )
        steps_s = hz.regular_steps(hazard.duration_s, hazard.step_s)
        fire = hz.spreading_fire(spread, steps_s, scene.standards)
    else:
        fire = hz.drawn_fire(_zones(scene.onemap, hazard.perimeters), scene.standards)
    impact = hz.fire_impact(fire, scene.ground, area_share=hazard.area_share, at_s=hazard.at_s)
    assumed = {"fire_ellipse": int(hazard.ignition is not None), "fire_drawn": len(hazard.perimeters)}
    return Encounter(fire, impact, {**assumed, **_planned_for(fire, hazard.at_s)})


def _typhoon(hazard: spec.Typhoon, scene: Scene) -> Encounter:
    points = locate(scene.onemap, [point.at for point in hazard.track])
    track = hz.Track(
        time_s=np.array([point.time_s for point in hazard.track], dtype=np.float64),
        x_m=points[:, 0],
        y_m=points[:, 1],
        lat_deg=latitudes(scene.onemap, points),
        wind_ms=np.array([point.wind_ms for point in hazard.track], dtype=np.float64),
        pressure_hpa=np.array([point.pressure_hpa for point in hazard.track], dtype=np.float64),
    )
    lasts_s = float(track.time_s[-1] - track.time_s[0])
    steps_s = tuple(track.time_s[0] + time_s for time_s in hz.regular_steps(lasts_s, hazard.step_s))
    typhoon = hz.Typhoon(track, hz.read_profile_values(scene.standards), steps_s)
    stock = read_buildings(scene.onemap, scene.standards)
    mix = housing_mix(stock, scene.ground.cells)
    elevated = _of_class(hazard.elevated, scene)
    rules = hz.TyphoonRules(mix, elevated, hazard.area_share)
    impact = hz.typhoon_impact(typhoon, scene.ground, scene.standards, rules, at_s=hazard.at_s)
    assumed = {"typhoon_profile": 1, "typhoon_rain": 1, "typhoon_elevated": int(elevated.sum())}
    return Encounter(
        typhoon, impact, {**assumed, **_planned_for(typhoon, hazard.at_s), **_housing(stock, mix)}
    )


def _polygon(hazard: spec.Polygon, scene: Scene) -> Encounter:
    zones = hz.PolygonHazard(_zones(scene.onemap, hazard.zones))
    rules = hz.PolygonRules(hazard.roads, hazard.people, hazard.speed_factor, hazard.area_share)
    impact = hz.polygon_impact(zones, scene.ground, rules, at_s=hazard.at_s)
    return Encounter(zones, impact, {"zone_drawn": len(hazard.zones), **_planned_for(zones, hazard.at_s)})


def _planned_for(hazard: hz.Hazard, at_s: float | None) -> dict[str, int]:
    """Return which state the plan was made for, where the hazard has several."""
    if len(hazard.steps_s) < 2:
        return {}
    if at_s is None:
        return {"planned_worst": len(hazard.steps_s)}
    return {"planned_at_min": round(at_s / 60)}


def _housing(stock: BuildingStock, mix: HousingMix) -> dict[str, int]:
    return {
        "buildings_floors": stock.assumed_floors,
        "buildings_year": stock.assumed_year,
        "cells_housing": mix.assumed,
    }


def _zones(onemap: OneMap, shapes: Sequence[TimedShape]) -> tuple[hz.Zone, ...]:
    return tuple(hz.Zone(shape.from_s, shape_on_map(onemap, shape)) for shape in shapes)


def _water_steps(onemap: OneMap, hazard: spec.Flood) -> tuple[hz.FloodStep, ...]:
    fields: list[hz.DepthField] = []
    if hazard.layer is not None:
        fields.append(hz.depth_layer(onemap, onemap.layer(hazard.layer)))
    if hazard.assumed:
        sources = [
            (_water(onemap, flood), [hz.Band(band.within_m, band.depth_m) for band in flood.bands])
            for flood in hazard.assumed
        ]
        fields.append(hz.AssumedBands(sources))
    if not hazard.steps:
        return (hz.FloodStep(0.0, _deepest(fields)),)
    return tuple(hz.FloodStep(step.from_s, _water_of(onemap, step, fields)) for step in hazard.steps)


def _deepest(fields: list[hz.DepthField]) -> hz.DepthField:
    return fields[0] if len(fields) == 1 else hz.DeepestOf(tuple(fields))


def _water_of(onemap: OneMap, step: spec.WaterStep, fields: list[hz.DepthField]) -> hz.DepthField:
    if step.layer is not None:
        return hz.depth_layer(onemap, onemap.layer(step.layer))
    if step.factor is not None:
        return hz.ScaledDepth(_deepest(fields), step.factor)
    assert step.lower_m is not None
    return hz.LoweredDepth(_deepest(fields), step.lower_m)


def _water(onemap: OneMap, flood: spec.AssumedFlood) -> BaseGeometry:
    if flood.line is not None:
        return shapely.LineString(to_map(onemap, flood.line))
    shapes = read_vector(onemap, onemap.layer(str(flood.layer))).geometry
    return shapely.union_all(shapes[~(shapes.isna() | shapes.is_empty)].to_numpy())


def _kept_dry(hazard: spec.Flood, scene: Scene) -> tuple[BoolArray, BoolArray]:
    features = scene.ground.roads.features
    bridges = np.zeros(len(features), dtype=np.bool_)
    if hazard.assumed_bridges_within_m > 0:
        for flood in hazard.assumed:
            if flood.line is not None:
                channel = _water(scene.onemap, flood).buffer(hazard.assumed_bridges_within_m)
                shapely.prepare(channel)
                bridges |= np.asarray(shapely.intersects(channel, features.geometry.array))
    return bridges, _of_class(hazard.assumed_elevated, scene)


def _of_class(wanted: Sequence[str], scene: Scene) -> BoolArray:
    classes = scene.ground.roads.features["road_class"]
    unknown = sorted(set(wanted) - set(classes))
    if unknown:
        raise ScenarioError(
            "road_class_absent", value=", ".join(unknown), classes=", ".join(sorted(set(classes)))
        )
    return classes.isin(wanted).to_numpy(np.bool_)
