"""The page's own checks: types, rooms, pure functions, and what its build leaves out and puts in."""

import gzip
import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMIT_KB = 450


def test_every_component_passes_the_strict_type_check(node):
    done = node(
        "node_modules/svelte-check/bin/svelte-check", "--tsconfig", "./tsconfig.json", "--fail-on-warnings"
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_no_room_imports_from_a_room_it_may_not(node):
    done = node("tools/lint.mjs")
    assert done.returncode == 0, done.stderr


def test_the_pure_functions_keep_their_promises(node):
    done = node("node_modules/vitest/vitest.mjs", "run")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def test_the_types_are_those_of_the_committed_description(node, tmp_path: Path):
    fresh = tmp_path / "schema.d.ts"
    done = node("node_modules/openapi-typescript/bin/cli.js", "../api/openapi.json", "-o", str(fresh))
    assert done.returncode == 0, done.stderr
    assert fresh.read_text() == (ROOT / "console" / "src" / "api" / "schema.d.ts").read_text()


def test_the_lock_names_no_address():
    lock = json.loads((ROOT / "console" / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_the_page_is_small_and_names_no_other_host(built: Path):
    page = (built / "index.html").read_text()
    files = [path for path in (built / "assets").iterdir() if path.suffix in (".js", ".css")]
    assert len(files) > 2
    # the map's worker is the same library again, for a thread of its own
    size = sum(len(gzip.compress(path.read_bytes())) for path in files if "worker" not in path.name)
    assert size < LIMIT_KB * 1000
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_the_build_holds_the_whole_font_and_the_documentation_page(built: Path):
    fonts = {path.name.split("-")[1]: path.stat().st_size for path in (built / "assets").glob("*.woff2")}
    assert fonts.keys() == {"Regular", "Bold"}
    # a font of 30,000 characters, not the subset of a common one
    assert min(fonts.values()) > 4_000_000
    assert (built / "assets" / "OFL.txt").exists()
    assert (built / "docs" / "swagger-ui-bundle.js").exists()


def test_a_changed_source_changes_the_stamp_and_nothing_else_does(build_hook, tmp_path: Path):
    (tmp_path / "src").mkdir()
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "src" / "a.ts").write_text("1")
    before = build_hook.hash_sources(tmp_path)
    (tmp_path / "node_modules" / "b.js").write_text("2")
    assert build_hook.hash_sources(tmp_path) == before
    (tmp_path / "src" / "a.ts").write_text("3")
    assert build_hook.hash_sources(tmp_path) != before
