"""Windows of a text against those that are cut out one by one, and what is known before the text is read."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grokscope.config.possible import impossible_training
from grokscope.config.run_settings import RunSettings
from grokscope.data.declared import Classes, Tokens
from grokscope.data.ensure import ensure_dataset
from grokscope.data.load import load_samples
from grokscope.data.registry import chance_of, network_facts, task_facts, task_of
from grokscope.data.text.catalogue import TEXTS, TextInfo
from grokscope.data.text.describe import as_entry, describe, main
from grokscope.data.text.stored import encoded
from grokscope.errors import DamagedFile, UserError
from grokscope.results.parts import made_content
from text_helpers import NAME, made_up, take_for_official
from training_support import small_settings

TEXT = made_up()
CUT = len(TEXT) * 9 // 10


def of_text(name: str = NAME, **data: Any) -> RunSettings:
    settings = small_settings().model_dump()
    settings["data"] = {"name": name, "train_size": 5, "context": 7, **data}
    settings["training"]["batch_size"] = 1
    return RunSettings.model_validate(settings)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the made-up text, which stands for that of NAME."""
    take_for_official(monkeypatch, TEXT, files=("input.txt",))
    (tmp_path / "input.txt").write_bytes(TEXT.encode())
    return ensure_dataset(NAME, tmp_path / "cache", "folder", tmp_path)


def cut_out(text: str, context: int, stride: int) -> list[tuple[str, str]]:
    """All windows of a part of a text with what follows, as pairs of texts."""
    starts = range(0, len(text), stride)
    return [
        (text[start : start + context], text[start + 1 : start + 1 + context])
        for start in starts
        if start + 1 + context <= len(text)
    ]


def as_texts(inputs: np.ndarray, targets: np.ndarray) -> list[tuple[str, str]]:
    vocabulary = np.array(sorted(set(TEXT[:CUT])))
    return [("".join(vocabulary[one]), "".join(vocabulary[other])) for one, other in zip(inputs, targets, strict=True)]


@pytest.mark.parametrize(("context", "stride"), [(7, None), (7, 3), (7, 1), (1, None), (6, 11), (99, 2), (100, None)])
def test_the_windows_are_those_that_are_cut_out(file: Path, context: int, stride: int | None) -> None:
    train, test = (cut_out(part, context, stride or context) for part in (TEXT[:CUT], TEXT[CUT:]))
    data = of_text(context=context, stride=stride, train_size=len(train)).data
    facts, samples = task_facts(data), load_samples(data, file)
    assert (facts.train_size, facts.test_size) == (len(train), len(test))
    assert as_texts(samples.train_inputs, samples.train_targets) == train
    assert as_texts(samples.test_inputs, samples.test_targets) == test
    few = load_samples(of_text(context=context, stride=stride, train_size=1).data, file)
    assert as_texts(few.train_inputs, few.train_targets) == train[:1]
    drawn = of_text(context=context, stride=stride, train_size=3, subset="with_replacement").data
    assert as_texts(*(getattr(load_samples(drawn, file), f"train_{key}") for key in ("inputs", "targets"))) == train


def test_what_is_known_before_the_text_is_read() -> None:
    settings = of_text("shakespeare_characters", context=256, train_size=100)
    facts = task_facts(settings.data)
    assert facts.input == Tokens(256, 65)
    assert facts.target == Classes(65, of_positions=True, most_frequent=Fraction(16_617, 111_540))
    assert (facts.train_size, facts.test_size) == (100, 111_539 // 256)
    assert network_facts(settings.data)["of_positions"] is True
    assert chance_of(settings.model_dump(mode="json"), "r") == Fraction(16_617, 111_540)
    for name, info in TEXTS.items():
        assert task_of(name).has_file
        content = made_content(of_text(name))
        assert content is not None
        assert content.keys() == {"code", "text"}
        assert content["text"] == info.content_sha256["text"]
    assert made_content(of_text("shakespeare_characters")) != made_content(of_text("king_james_characters"))


def test_chance_is_that_of_the_test_part(file: Path) -> None:
    counts = Counter(TEXT[CUT:])
    expected = Fraction(max(counts.values()), len(TEXT) - CUT)
    assert task_facts(of_text().data).target.chance == expected
    samples = load_samples(of_text(context=1).data, file)
    share = np.bincount(samples.test_targets.ravel()).max() / samples.test_targets.size
    assert share == pytest.approx(float(expected), abs=0.02)


def test_windows_side_by_side_have_one_spelling() -> None:
    assert of_text(stride=7) == of_text(stride=None) == of_text()
    assert "stride" not in of_text(stride=7).model_dump()["data"]
    assert of_text(stride=3).model_dump()["data"]["stride"] == 3


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"train_size": 130}, f"data.train_size 130: {NAME} has 128 training samples"),
        ({"context": 101}, f"data.context 101: the test part of {NAME} has windows of at most 100 characters"),
        ({"label_noise": 0.5}, "data.label_noise 0.5: is for one class for each sample"),
        ({"subset": "balanced"}, f"data.subset balanced: {NAME} has no classes of known sizes; use first"),
    ],
)
def test_what_cannot_be_made_is_said(monkeypatch: pytest.MonkeyPatch, data: dict[str, Any], complaint: str) -> None:
    take_for_official(monkeypatch, TEXT)
    found = [line for line in impossible_training(of_text(**data)) if line.startswith("data.")]
    assert len(found) == 1
    assert found[0].startswith(complaint)


def test_the_file_is_held_against_its_record(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(DamagedFile, match="its content is not that of its record"):
        load_samples(of_text().data, file)
    with pytest.raises(UserError, match="where its file lies is not said"):
        load_samples(of_text().data)


def test_texts_that_cannot_be_encoded_are_refused() -> None:
    assert encoded("novel", TEXT, "here").text == TEXT
    with pytest.raises(
        UserError, match=r"here: the last tenth of novel, .* characters that the rest does not have: 'y' 'z'"
    ):
        encoded("novel", "a" * 90 + "zaya" * 2, "here")
    many = "".join(map(chr, range(0x4E00, 0x4E00 + 257)))
    with pytest.raises(UserError, match="here: novel has 257 different characters; at most 256 can be"):
        encoded("novel", many * 9 + many[:20], "here")


def test_a_text_of_ones_own_is_described_for_the_catalogue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "novel.txt"
    own.write_bytes(TEXT.encode())
    main(["my_novel", str(own)])
    entry = capsys.readouterr().out
    assert entry == as_entry(describe("my_novel", own))
    info = eval(entry.strip().rstrip(","), {"TextInfo": TextInfo})
    monkeypatch.setitem(TEXTS, "my_novel", info)
    path = ensure_dataset("my_novel", tmp_path / "cache", "folder", tmp_path)
    assert path.name == "my_novel.safetensors"
    with pytest.raises(UserError, match="not a readable text"):
        describe("my_novel", tmp_path / "absent.txt")
