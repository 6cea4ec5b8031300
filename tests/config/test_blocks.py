"""Seeds are put into blocks so that none is trained twice."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from grokscope.config.blocks import BLOCK_NAME, block_name, block_seeds, plan_blocks

seed_sets = st.sets(st.integers(0, 60), min_size=1, max_size=15)


def finish(folder: Path, name: str) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "training.json").write_text("{}")


@given(seed_sets)
def test_a_name_tells_its_seeds(seeds: set[int]) -> None:
    name = block_name(seeds)
    assert BLOCK_NAME.match(name)
    assert block_seeds(name) == sorted(seeds)


@given(seed_sets, st.integers(1, 5))
def test_every_seed_is_in_one_block(seeds: set[int], size: int) -> None:
    blocks = plan_blocks(seeds, size, Path("does-not-exist"))
    assert sorted(seed for block in blocks.values() for seed in block) == sorted(seeds)
    assert all(len(block) <= size for block in blocks.values())


def test_more_seeds_train_only_the_new_ones(tmp_path: Path) -> None:
    finish(tmp_path, "seeds_0-2")
    assert plan_blocks(range(5), 4, tmp_path) == {"seeds_0-2": [0, 1, 2], "seeds_3-4": [3, 4]}


def test_fewer_seeds_keep_the_block(tmp_path: Path) -> None:
    finish(tmp_path, "seeds_0-2")
    assert plan_blocks([0, 1], 4, tmp_path) == {"seeds_0-2": [0, 1, 2]}


def test_overlapping_blocks_never_give_a_seed_twice(tmp_path: Path) -> None:
    finish(tmp_path, "seeds_0-2")
    finish(tmp_path, "seeds_2-3")
    blocks = plan_blocks(range(4), 4, tmp_path)
    assert sorted(seed for block in blocks.values() for seed in block) == [0, 1, 2, 3]


def test_the_plan_is_the_same_while_it_is_carried_out(tmp_path: Path) -> None:
    planned = plan_blocks(range(10), 4, tmp_path)
    for name in reversed(planned):
        finish(tmp_path, name)
        assert plan_blocks(range(10), 4, tmp_path) == planned
