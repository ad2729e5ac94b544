"""Tables as people fill them: each case breaks one thing in a small sound dataset."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from graph.build.dataset import build_tables
from graph.errors import TableError
from graph.records.schema import read_schema
from graph.settings import DEFAULT_BASE

TABLES = Path(__file__).parent / "tables"
CASES = sorted((TABLES / "cases").glob("*.toml"))
SCHEMA = read_schema()


def test_the_sound_dataset_builds() -> None:
    graphs = build_tables(TABLES / "base", DEFAULT_BASE)
    assert [graph.name.rsplit("/", 1)[1] for graph in graphs] == ["1", "report"]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_faults_are_those_the_case_states(case: Path, tmp_path: Path) -> None:
    stated = tomllib.loads(case.read_text("utf-8"))
    folder = tmp_path / "tables"
    shutil.copytree(TABLES / "base", folder)
    file = folder / stated["file"]
    text = file.read_text("utf-8") if file.exists() else ""
    changes = stated.get("replace", [])
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in text
        text = text.replace(old, new, 1)
    text += stated.get("append", "")
    file.write_bytes(text.encode(stated.get("encoding", "utf-8")))
    with pytest.raises(TableError) as error:
        build_tables(folder, DEFAULT_BASE)
    found = [[f.file, f.row, f.column, f.value] for f in error.value.faults]
    assert found == [fault[:4] for fault in stated["faults"]], case.read_text("utf-8")
    for fault, expected in zip(error.value.faults, stated["faults"], strict=True):
        assert expected[4] in fault.message


def test_an_empty_folder_says_which_files_are_wanted(tmp_path: Path) -> None:
    with pytest.raises(TableError) as error:
        build_tables(tmp_path, DEFAULT_BASE)
    assert "acts.csv" in error.value.faults[0].message


def test_the_same_tables_give_the_same_bytes_in_every_process() -> None:
    command = [sys.executable, "-m", "service", "build", str(TABLES / "base")]
    outputs = {
        subprocess.run(
            command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert b"https://w3id.org/mandategraph/id/act/A/1" in outputs.pop()


def test_the_instance_base_is_a_setting() -> None:
    graphs = build_tables(TABLES / "base", "https://data.example.org/")
    assert b"https://w3id.org/mandategraph/id/" not in b"".join(graph.text for graph in graphs)
    assert all(graph.name.startswith("https://data.example.org/graph/") for graph in graphs)


@pytest.mark.parametrize("table", SCHEMA.tables.values(), ids=lambda table: table.name)
def test_every_table_is_documented_column_by_column(table: object) -> None:
    found = SCHEMA.tables[getattr(table, "name", "")]
    assert found.description.endswith(".")
    for column in found.columns:
        assert column.help, f"{found.name}.{column.name}"
        assert column.predicate or column.type in {"key", "class"}, f"{found.name}.{column.name}"
        if column.type == "reference":
            assert SCHEMA.targets(column), f"{found.name}.{column.name}"
        if column.type == "concept":
            assert column.scheme, f"{found.name}.{column.name}"
