"""The template names 80 middle classes in four classes, and every role has a name in both languages."""

import pytest

from dss.language import LANGUAGES, catalogue
from dss.onemap import read_profile
from dss.onemap.catalogue import LayerProfile
from dss.onemap.profile import shipped_profiles
from dss.onemap.roles import ROLES
from dss.onemap.template import find_middle_class, template
from dss.onemap.terms import LAYER_CLASSES, highest


def test_there_are_80_middle_classes_in_four_classes():
    known = template().middle_classes
    by_class = {name: sum(entry.layer_class == name for entry in known.values()) for name in LAYER_CLASSES}
    assert by_class == {"现状": 26, "规划": 23, "管理": 17, "社会经济": 14}
    assert template().status == "memory"


def test_every_middle_class_has_a_role_that_there_is_and_names_in_both_languages():
    for entry in template().middle_classes.values():
        assert entry.role in ROLES
        assert entry.title.zh != entry.title.en
        assert entry.owner.en.isascii()


@pytest.mark.parametrize("language", LANGUAGES)
def test_roles_and_classes_have_names_in_every_language(language):
    texts = catalogue(language)
    assert [role for role in ROLES if not texts.get(f"role.{role}")] == []
    assert [name for name in LAYER_CLASSES if not texts.get(f"layer_class.{name}")] == []


@pytest.mark.parametrize("text", ["roads", "道路网", "道路网(等级 车道 方向)", "道路网（等级）"])
def test_a_middle_class_is_found_by_key_and_by_name(text: str):
    found = find_middle_class(text)
    assert found is not None
    assert found.key == "roads"


def test_a_layer_keeps_the_key_of_its_middle_class_and_an_old_map_its_own_text():
    entry = {
        "key": "a", "class": "现状", "role": "roads", "title": {"zh": "路", "en": "roads"}, "file": "a.gpkg",
        "owner": {"zh": "局", "en": "bureau"}, "date": "2024-01-01",
    }  # fmt: skip
    assert LayerProfile.model_validate({**entry, "middle_class": "道路网"}).middle_class == "roads"
    assert LayerProfile.model_validate({**entry, "middle_class": "老路"}).middle_class == "老路"


@pytest.mark.parametrize("name", shipped_profiles())
def test_shipped_profiles_are_sound(name: str):
    profile = read_profile(name)
    assert len({layer.key for layer in profile.layers}) == len(profile.layers)
    assert all(find_middle_class(layer.middle_class) for layer in profile.layers)


def test_the_ministry_s_profile_says_what_its_names_rest_on():
    profile = read_profile("mnr2021")
    assert profile.note is not None
    assert "未核" in profile.note.zh
    assert all(layer.caveat for layer in profile.layers)


def test_the_highest_level_of_nothing_is_public():
    assert highest([]) == "public"
    assert highest(["internal", "secret", "public"]) == "secret"
