"""The rules of the house that no other tool holds."""

import ast
import re
import tomllib

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
LONGEST_FILE, LONGEST_TEST = 400, 800  # lines
README = (ROOT / "README.md").read_text(encoding="utf-8")


def python_files():
    """Return the hand-written Python files of the checkout."""
    left_out = {".venv", "var", "migrations"}
    return [file for file in sorted(ROOT.rglob("*.py")) if not left_out & set(file.parts)]


def test_no_file_is_too_long_to_be_read_at_once():
    files = python_files()
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    tests = ROOT / "tests"

    assert len(files) > 150
    for file, length in lengths.items():
        longest = LONGEST_TEST if tests in file.parents else LONGEST_FILE
        assert length < longest, f"{file.relative_to(ROOT)}: {length} lines"


def test_every_room_has_its_place_in_the_contract_of_imports():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [layers] = [
        contract["layers"]
        for contract in config["tool"]["importlinter"]["contracts"]
        if contract["id"] == "layers"
    ]
    named = {name.strip() for layer in layers for name in layer.split("|")}
    rooms = {
        f"cress.{path.stem}"
        for path in (ROOT / "cress").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    } - {"cress.__init__"}

    assert len(rooms) >= 12
    assert rooms | {"territories", "policies", "enterprises"} == named


def test_a_class_has_its_name_for_itself():
    """A public class of that name stands in one module, but for Django's own (Command, Meta…)."""
    usual = {"Command", "Migration"}
    places = {}
    for file in python_files():
        if ROOT / "tests" in file.parents:
            continue
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(file.relative_to(ROOT).as_posix())

    shared = {name: files for name, files in places.items() if len(files) > 1 and name not in usual}
    assert shared == {}


def test_the_readme_draws_every_folder_of_the_house():
    [drawing] = re.findall(r"```\n(cress/.*?)```", README, re.DOTALL)
    folders = {
        path.name
        for top in [ROOT / "cress", ROOT]
        for path in top.iterdir()
        if path.is_dir() and not path.name.startswith((".", "_")) and path.name != "var"
    }

    for folder in folders:
        assert f"{folder}/" in drawing, folder


@pytest.mark.parametrize("command", re.findall(r"manage\.py ([a-z_]+)", README))
def test_every_command_of_the_readme_exists(command):
    from django.core.management import get_commands

    assert command in get_commands()
