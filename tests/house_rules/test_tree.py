from __future__ import annotations

from tests.house_rules import tree


def test_the_tree_knows_itself() -> None:
    assert {"pyproject.toml", "dunning/money.py", "tests/house_rules/tree.py"} <= set(tree.files())


def test_what_is_generated_is_not_ours() -> None:
    assert not [path for path in tree.files() if path.startswith((".venv/", "var/"))]


def test_product_files_are_not_tests() -> None:
    assert "dunning/money.py" in tree.product_files()
    assert not [path for path in tree.product_files() if path.startswith("tests/")]
