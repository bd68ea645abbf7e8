"""Old files come up to date step by step, in memory; the version is the number of steps plus one."""

import json
from pathlib import Path

from planner.catalog.store import Catalog
from planner.files import buildfile, migrations
from planner.files.buildfile import FORMAT


def test_the_version_counts_the_migrations():
    assert len(migrations.MIGRATIONS) + 1 == migrations.VERSION


def test_only_the_steps_that_lack_are_taken(monkeypatch):
    steps = (lambda plain: plain | {"one": 1}, lambda plain: plain | {"two": 2})
    monkeypatch.setattr(migrations, "MIGRATIONS", steps)
    assert migrations.migrated({}, 1) == {"one": 1, "two": 2}
    assert migrations.migrated({}, 2) == {"two": 2}
    assert migrations.migrated({}, 3) == {}


def test_an_old_file_is_read_through_its_migration(monkeypatch):
    monkeypatch.setattr(migrations, "MIGRATIONS", (lambda plain: {"name": plain["title"]},))
    monkeypatch.setattr(buildfile, "VERSION", 2)
    data = json.dumps({"format": FORMAT, "version": 1, "title": "Old words"}).encode()
    opened = buildfile.parse(data, Path("old.slotwise"), Catalog())
    assert (opened.build.name, opened.version) == ("Old words", 1)
