"""The film on a figure's page: its files, and what a reader does with it by mouse, keyboard and touch."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import report_made_up as made_up
from browser import accessibility_findings, one_page
from grokscope.files import read_json
from grokscope.report.build import build_report
from grokscope.report.film import stills
from report_made_up.film import REGIONS, STEPS, made_up_film
from report_support import pages

PAGE = "figures/always_grok_fig2.html"
LAST = len(STEPS) - 1


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    spec = made_up.make_spec(folder, "quick", {"mnist-mlp-d12": ""})
    build_report(spec, folder / "report")
    return folder / "report"


def test_pictures_lie_beside_the_page_and_not_in_its_downloads(report: Path) -> None:
    names = [path.relative_to(report).as_posix() for path in sorted((report / "films").rglob("*.webp"))]
    assert names == [f"films/always_grok_fig2/{place:03d}.webp" for place in range(len(STEPS))]
    for name, frame in zip(names, made_up_film()["frames"], strict=True):
        assert (report / name).read_bytes() == base64.b64decode(frame)
        with Image.open(report / name) as image:
            assert image.size == (40, 40)
    data = read_json(report / "figures/always_grok_fig2.json")  # its checksum is that of what is left
    assert "frames" not in data["film"]
    assert data["film"]["steps"] == STEPS
    assert data["measured"]
    assert "film" not in read_json(report / "figures/deep_grokking_fig1.json")


def test_only_figures_with_a_film_show_one(report: Path) -> None:
    found = pages(report)
    assert 'src="../static/film.js"' in found[PAGE]
    assert 'href="../static/film.css"' in found[PAGE]
    assert "film" not in found["figures/deep_grokking_fig1.html"].replace("films", "")


def test_a_strip_of_stills_spans_the_training(report: Path) -> None:
    text = pages(report)[PAGE]
    strip = text[text.index('class="film-strip"') :]
    assert strip.count("<figure>") == len(stills(STEPS, 6)) == 6
    assert "Step 0: 1 region<" in strip
    assert "Step 20\u202f000: 56\u202f987 regions" in strip
    assert stills([0, 1], 6) == [0, 1]
    assert stills(list(range(1000)), 6)[-1] == 999


@pytest.fixture
def page(report: Path, opened: Any) -> Any:
    with one_page(opened, report / PAGE) as (found, wrong):
        found.wait_for_selector("[data-film-stage]:not([hidden])")
        yield found
        assert wrong == []


SEEN = """() => {
    const picture = document.querySelector('[data-film-picture]');
    const slider = document.getElementById('film-step');
    return {
        place: Number(slider.value),
        spoken: slider.getAttribute('aria-valuetext'),
        words: document.querySelector('[data-film-text]').innerText,
        source: picture.getAttribute('src') || '',
        alt: picture.alt,
        width: picture.complete ? picture.naturalWidth : 0,
        drawn: document.querySelector('[data-film-chart] .cursor') !== null,
    };
}"""
"""What the page shows, read in one go: it may change between two questions."""


def shown(page: Any) -> int:
    """The place of the picture that is seen, which slider, text and curves have to agree with."""
    page.wait_for_function(
        f"() => {{ const seen = ({SEEN})(); return seen.drawn && seen.width > 0 && seen.alt.includes(seen.words); }}"
    )
    seen = page.evaluate(SEEN)
    place, words = seen["place"], seen["words"]
    assert seen["source"].endswith(f"{place:03d}.webp")
    assert seen["width"] == 40
    wide = f"{STEPS[place]:,}".replace(",", "\u202f") if STEPS[place] > 9999 else str(STEPS[place])
    assert words.startswith(f"step {wide}, ")
    assert words.endswith("1 region" if place == 0 else "regions")
    assert seen["spoken"] == words
    assert f"{REGIONS[place]}" in words.replace("\u202f", "")
    assert words in seen["alt"]
    return place


@pytest.mark.browser
@pytest.mark.slow
def test_slider_and_keys_move_through_training(page: Any) -> None:
    assert shown(page) == LAST
    page.focus("#film-step")
    for key, place in (("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", LAST)):
        page.keyboard.press(key)
        assert shown(page) == place, key
    page.focus("[data-film-stage]")
    for key, place in (("ArrowLeft", LAST - 1), ("Home", 0), ("ArrowUp", 1), ("ArrowDown", 0), ("End", LAST)):
        page.keyboard.press(key)
        assert shown(page) == place, key
    page.fill("#film-step", "3")
    assert shown(page) == 3
    legend = page.inner_text("[data-film-legend=accuracy]")
    assert "42.9 %" in legend  # 3 / 7
    assert legend.count("%") == 3


@pytest.mark.browser
@pytest.mark.slow
def test_nothing_moves_until_it_is_asked_to(report: Path, opened: Any) -> None:
    """On a clock of the test's own, in milliseconds: a busy machine neither skips nor holds a picture."""
    for motion, expected in (("no-preference", 3), ("reduce", 0)):
        with one_page(opened, report / PAGE, reduced_motion=motion) as (page, wrong):
            page.wait_for_selector("[data-film-stage]:not([hidden])")
            assert shown(page) == LAST
            stop_the_clock(page)
            page.clock.run_for(5000)
            assert shown(page) == LAST
            page.focus("[data-film-stage]")
            page.keyboard.press(" ")
            assert page.inner_text("[data-film-play]") == "Pause"
            page.clock.run_for(3 * 180 + 50)
            assert shown(page) == expected
            page.keyboard.press(" ")
            assert page.inner_text("[data-film-play]") == "Play"
            page.clock.run_for(5000)
            assert shown(page) == expected
            assert wrong == []


@pytest.mark.browser
@pytest.mark.slow
def test_playing_ends_at_the_end(page: Any) -> None:
    assert shown(page) == LAST
    stop_the_clock(page)
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(1000)
    assert page.inner_text("[data-film-play]") == "Pause"
    assert shown(page) < LAST
    page.clock.run_for(2000)
    assert page.inner_text("[data-film-play]") == "Play"
    assert shown(page) == LAST


def stop_the_clock(page: Any) -> None:
    """From now on time passes on the page only when the test says so."""
    page.clock.install(time=0)
    page.clock.pause_at(1000)


@pytest.mark.browser
@pytest.mark.slow
def test_dragging_on_the_picture_and_on_curves(page: Any) -> None:
    page.locator("[data-film-frame]").scroll_into_view_if_needed()
    box = page.locator("[data-film-frame]").bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 50)
    page.mouse.down()
    assert shown(page) == 0
    page.mouse.move(box["x"] + box["width"] * 3 / LAST, box["y"] + 50, steps=4)
    assert shown(page) == 3
    page.mouse.up()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 50)
    assert shown(page) == 3
    chart = page.locator("[data-film-chart=accuracy]").bounding_box()
    page.mouse.click(chart["x"] + chart["width"] - 12, chart["y"] + 60)
    assert shown(page) == LAST
    page.mouse.click(chart["x"] + 54, chart["y"] + 60)
    assert shown(page) == 0


@pytest.mark.browser
@pytest.mark.slow
def test_touch_scrubs_on_a_phone_without_widening_the_page(report: Path, opened: Any) -> None:
    with one_page(opened, report / PAGE, width=390, has_touch=True, is_mobile=True) as (page, wrong):
        page.wait_for_selector("[data-film-stage]:not([hidden])")
        page.locator("[data-film-frame]").scroll_into_view_if_needed()
        box = page.locator("[data-film-frame]").bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] * 2 / LAST, box["y"] + 40)
        assert shown(page) == 2
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert accessibility_findings(page) == []
        assert wrong == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible(report: Path, opened: Any, scheme: str) -> None:
    with one_page(opened, report / PAGE, color_scheme=scheme) as (page, wrong):
        page.wait_for_selector("[data-film-stage]:not([hidden])")
        assert page.get_by_role("slider", name="Checkpoint").count() == 1
        assert accessibility_findings(page) == []
        assert wrong == []


@pytest.mark.browser
@pytest.mark.slow
def test_paper_and_pages_without_scripts_have_the_strip(report: Path, opened: Any) -> None:
    with one_page(opened, report / PAGE) as (page, _):
        page.wait_for_selector("[data-film-stage]:not([hidden])")
        assert not page.locator(".film-strip").is_visible()
        page.emulate_media(media="print")
        assert page.locator(".film-strip").is_visible()
        assert not page.locator("[data-film-stage]").is_visible()
    with one_page(opened, report / PAGE, java_script_enabled=False) as (page, _):
        assert page.locator(".film-strip img").count() == 6
        assert page.locator(".film-strip").is_visible()
        assert not page.locator("[data-film-controls]").is_visible()


def test_a_film_is_no_larger_than_it_may_be(tmp_path: Path) -> None:
    """Pictures of a dense slice at every checkpoint of a run at quick scale."""
    import numpy as np

    from grokscope.figures.kinds.slices.frames import MOST_BYTES, encoded, thinned
    from grokscope.metrics.partition.picture import picture

    generator = np.random.default_rng(0)
    starts = generator.uniform(-1, 1, (20_000, 2))
    dense = np.stack([starts, starts + generator.normal(0, 0.05, (20_000, 2))], axis=1)
    size = len(encoded(picture(dense, dense[:50], 1.0, 400)))
    steps = list(range(70))
    most = MOST_BYTES["quick"]
    kept = thinned(steps, [size] * len(steps), most)
    assert len(kept) * size <= most < 3_000_000
    assert (kept[0], kept[-1]) == (0, 69)
    assert thinned(steps, [1000] * 70, most) == steps
    assert thinned(steps, [10**9] * 70, most) == [0, 69]
    assert thinned([0, 1, 2, 3, 4, 5], [10] * 6, 45) == [0, 2, 4, 5]
