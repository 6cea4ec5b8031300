"""Made-up inputs of a report: small, complete, and with markup in every text that a user or a file could bring in."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from grokscope import files
from grokscope.data.dataset import ImageDataset, write_dataset
from grokscope.results.sealed_tables import write_sealed

REPOSITORY = Path(__file__).resolve().parents[1]
EVIL = '<script>alert("x")</script>'
EVIL_RUN = "mnist-<script>alert(1)</script>"
STEPS = np.unique(np.geomspace(1, 20_001, 40).astype(int)) - 1
SEEDS = [0, 1, 2]
LAYERS = 4


def settings(depth: int = LAYERS, width: int = 100) -> dict[str, Any]:
    """Settings of one run, as RunSettings dumps them."""
    return {
        "data": {"name": "mnist", "train_size": 200, "subset": "balanced", "label_noise": 0.1, "test_size": None},
        "model": {"kind": "mlp", "depth": depth, "width": width, "activation": "relu", "init_scale": 8.0},
        "training": {
            "steps": 20000,
            "batch_size": 100,
            "optimizer": "adamw",
            "weight_decay": 0.05,
            "betas": [0.9, 0.999],
            "dtype": "float32",
        },
        "checkpoints": {"grid": "log", "count": 60},
    }


def tables(run: str, layers: int = LAYERS) -> dict[str, pd.DataFrame]:
    """Every table of a run, with curves that look like grokking."""
    random = np.random.default_rng(0)
    time = np.log10(STEPS + 1.0)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLE_NAMES}
    for seed in SEEDS:
        shift = random.normal(scale=0.1)
        train, test = (0.1 + 0.88 / (1 + np.exp(-6 * (time - at - shift))) for at in (1.5, 3.2))
        for i, step in enumerate(STEPS.tolist()):
            key = {"run": run, "seed": seed, "step": step}
            for split, values in (("train", train), ("test", test)):
                rows["accuracy"].append(
                    {**key, "split": split, "accuracy": values[i], "loss": 0.1 * (1.001 - values[i])}
                )
            for split, values in (("train", train), ("test", test), ("random", test)):
                value = 40 + 30 * np.sin(2 * time[i] + shift) * values[i]
                for layer in range(layers + 1):
                    counted = value if layer == 0 else value / layers
                    rows["local_complexity"].append(
                        {
                            **key,
                            "split": split,
                            "radius": 0.05,
                            "layer": layer,
                            "value": counted,
                            "deviation": 3.0,
                            "points": 50,
                        }
                    )
            for epsilon in (0.06, 0.13, 0.2):
                robust = {
                    "accuracy": test[i] * (1 - 3 * epsilon),
                    "zero_gradient_start": 0.0,
                    "zero_gradient_last": 0.0,
                    "points": 50,
                }
                rows["adversarial"].append({**key, "epsilon": epsilon, "start": "none", **robust})
            rows["weight_norm"].append({**key, "layer": 0, "norm": 200 - 30 * time[i]})
            for layer in range(1, layers + 1):
                rows["weight_norm"].append({**key, "layer": layer, "norm": (100 - 15 * time[i]) / layer})
                rows["probes"].append(
                    {**key, "layer": layer, "probe": "ridge", "accuracy": test[i] * (0.8 + 0.2 * layer / layers)}
                )
                rows["rank"].append(
                    {
                        **key,
                        "split": "test",
                        "layer": layer,
                        "definition": "relative_1e-3",
                        "rank": 60 - 12 * layer * test[i],
                    }
                )
                eigenvalues = np.sort(np.exp(-np.arange(100) / (20 - layer)) + 1e-14)[::-1]
                rows["spectra"].append(
                    {**key, "split": "test", "layer": layer, "points": 500, "eigenvalues": eigenvalues}
                )
        last = int(STEPS[-1])
        rows["events"] += [
            {"run": run, "seed": seed, "event": "fit", "step": 95.0 + seed, "last_step": last, "value": 0.99},
            {
                "run": run,
                "seed": seed,
                "event": "onset",
                "step": 1500.0 if seed else np.nan,
                "last_step": last,
                "value": 0.5,
            },
            {"run": run, "seed": seed, "event": "rank_collapse", "step": np.nan, "last_step": last, "value": np.nan},
        ]
    return {name: pd.DataFrame(found) for name, found in rows.items()}


TABLE_NAMES = ("accuracy", "weight_norm", "probes", "local_complexity", "adversarial", "rank", "spectra", "events")


def write_json(path: Path, value: Any) -> str:
    """Write JSON, folders included."""
    files.write_json(path, value)
    return str(path)


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as the pipeline does, whatever its columns."""
    write_sealed(path, pa.Table.from_pandas(table, preserve_index=False), {})


def training_record(seeds: list[int]) -> dict[str, Any]:
    """A block's record."""
    facts = {
        "torch": "2.14.1",
        "device": "cpu",
        "device_name": "Made-up CPU",
        "threads": 1,
        "git_commit": "0123456789abcdef-dirty",
    }
    return {
        "seeds": seeds,
        "wall_seconds": 123.4,
        "steps_per_second": 162.1,
        "finite": [True] * len(seeds),
        "parts": [{}],
        "provenance": facts,
    }


def write_run(folder: Path, run: str, place: str) -> dict[str, Any]:
    """The files of a run below `folder`/`place`, and the parameters of its card."""
    home = folder / place
    (home / "tables").mkdir(parents=True, exist_ok=True)
    for name, table in tables(run).items():
        write_table(home / "tables" / f"{name}.parquet", table)
    return {
        "run": run,
        "tables_folder": str(home / "tables"),
        "settings_path": write_json(home / "settings.json", settings()),
        "training_paths": [
            write_json(home / f"seeds_{seed}" / "training.json", training_record([seed])) for seed in SEEDS
        ],
        "detectors": {"fit_accuracy": 0.99, "onset_share": 0.5},
    }


def write_data(folder: Path) -> str:
    """A made-up data set file with images of ten classes."""
    random = np.random.default_rng(1)
    images = random.integers(0, 256, size=(400, 1, 28, 28), dtype=np.uint8)
    labels = np.arange(400) % 10
    path = folder / "mnist.safetensors"
    write_dataset(ImageDataset("mnist", images, labels, images[:50], labels[:50]), path)
    return str(path)


def write_figure(folder: Path, name: str) -> dict[str, str]:
    """The files of a figure that the report shows."""
    figure = Figure(figsize=(7, 4))
    figure.add_subplot().plot([0, 1, 4, 9])
    for kind in ("pdf", "png"):
        figure.savefig(folder / f"{name}.{kind}", dpi=100)
    measured = f"N = 500, depth 4; test accuracy 88.9 % (88.1 to 89.4) at step 20 000. N = 1000, depth 8; never {EVIL}."
    comparable = {
        "same_settings": False,
        "overlaid": False,
        "beside": False,
        "reason": "x",
        "differences": ["model.width 100 instead of 400"],
        "remarks": [],
    }
    events = {
        "complexity_peak": {"theirs": 4000, "ours": 5200.0, "seeds": 3, "decades": 0.114},
        "migration": {"theirs": None, "ours": None, "seeds": 0},
    }
    about = {
        "file": "x.csv",
        "curve": f"test {EVIL}",
        "run": "mnist-mlp-d12-w400-n5000-init8-wd0.01",
        "unit": "fraction",
        "comparable": False,
    }
    numbers = {"seeds": 3, "steps": 40, "median_absolute_difference": 0.031, "inside_band": 0.35, "events": events}
    distances = [{**about, **numbers, "differences": ["x"], "sentence": f"Ours is 3.1 points off {EVIL}."}]
    facts = {
        "alt": f"A curve that rises {EVIL}",
        "measured": measured,
        "comparable": comparable,
        "seeds": len(SEEDS),
        "distances": distances,
    }
    return {
        "pdf": str(folder / f"{name}.pdf"),
        "png": str(folder / f"{name}.png"),
        "json": write_json(folder / f"{name}.json", facts),
    }


def make_spec(folder: Path, scale: str, cards: dict[str, str], variant: str = "as_code") -> dict[str, Any]:
    """A whole specification; `cards` are HTML files by run id, for the runs it is to have."""
    runs = []
    for i, (run, card) in enumerate(cards.items()):
        place = f"run_{i}"
        made = write_run(folder, run, place)
        blocks = [
            {"seeds": [seed], "training_json": path} for seed, path in zip(SEEDS, made["training_paths"], strict=True)
        ]
        entry = {
            "id": run,
            "paper": PAPERS[i % 2]["id"],
            "variant": variant,
            "settings": settings(4 + 4 * i),
            "metrics": {"accuracy": {"every": None}},
        }
        runs.append(
            {**entry, "seeds": SEEDS, "blocks": blocks, "tables_folder": made["tables_folder"], "card_html": card}
        )
    members = [
        {"run": run, "sweep": "sizes", "axes": {"depth": 4 + 4 * i}, "positions": {"depth": i}}
        for i, run in enumerate(cards)
    ]
    figures = [
        {
            **_item(name, paper, variant, members),
            "settings": figure,
            **write_figure(folder, name),
            "command": f"snakemake --cores all {name} {EVIL}",
        }
        for name, paper, figure in FIGURES
    ]
    claims = [
        {
            **_item(name, paper, variant, members),
            "settings": claim,
            "json": write_json(
                folder / f"{name}.json",
                {**verdict, "per_seed": per_seed(list(cards)), "family": paper, "scale": scale, "variant": variant},
            ),
        }
        for name, paper, claim, verdict in CLAIMS
        if verdict
    ]
    untested = [
        {**_item(name, paper, variant, []), "settings": claim} for name, paper, claim, verdict in CLAIMS if not verdict
    ]
    spec = {
        "scale": scale,
        "config": {"scale": scale, "seeds": "auto", "note": EVIL},
        "plan": {"runs": runs, "figures": figures, "claims": claims, "untested_claims": untested},
        "papers": PAPERS,
        "provenance": {
            "grokscope": "0.1",
            "git_commit": "0123456789abcdef",
            "cpu": f"CPU {EVIL}",
            "wall_seconds": 812.0,
        },
        "templates_folder": str(REPOSITORY / "report" / "templates"),
        "report_folder": str(REPOSITORY / "report"),
        "docs_folder": str(REPOSITORY / "docs"),
    }
    return deepcopy(spec)


def beyond_the_papers(spec: dict[str, Any], folder: Path, grid: int = 70) -> dict[str, Any]:
    """`spec` with experiments of our own: a figure and a claim on one of its runs and on many points of a grid, which
    have no pages.
    """
    points = [f"mnist-mlp-grid-{i}-{EVIL}" for i in range(grid)]
    known = [entry["id"] for entry in spec["plan"]["runs"][:1]]
    members = [
        {"run": run, "sweep": "map", "axes": {"depth": i}, "positions": {"depth": i}}
        for i, run in enumerate([*known, *points])
    ]
    about = {
        "title": f"A map of grokking {EVIL}",
        "where": "extension",
        "shows": f"Where networks grok {EVIL}.",
        "metrics": ["accuracy"],
    }
    figure = {
        "settings": {**about, "headline": True, "unknown": f"No paper says where it ends {EVIL}."},
        "command": "snakemake map",
    }
    claim = {**_claim("Wide networks grok less.", "extensions_map"), "where": "extension"}
    verdict = {
        **_verdict("supported", 0.5, [0.2, 0.8], 0.01),
        "per_seed": per_seed(points),
        "family": "own",
        "scale": spec["scale"],
        "variant": "as_code",
    }
    own = {"id": "extensions", "title": "Beyond the papers", "authors": None, "year": None, "arxiv": None}
    spec = deepcopy(spec)
    spec["papers"].append(
        {
            **own,
            "default_variant": "as_code",
            "variants": {"as_code": {"description": "Ours.", "settings": {}}},
            "base": {},
        }
    )
    spec["plan"]["figures"].append(
        {
            **_item("extensions_map", "extensions", "as_code", members),
            **write_figure(folder, "extensions_map"),
            **figure,
        }
    )
    made = {"settings": claim, "json": write_json(folder / "extensions_wide.json", verdict)}
    spec["plan"]["claims"].append({**_item("extensions_wide", "extensions", "as_code", members), **made})
    spec["plan"]["grid_runs"] = points
    return spec


def per_seed(runs: list[str]) -> list[dict[str, Any]]:
    """What the seeds of a claim showed, one of them censored."""
    return [
        {
            "seed": seed,
            "run": run,
            "group": float(group),
            "group_label": f"depth {4 + 4 * group}",
            "value": None if seed == 2 else 2.5 + group + 0.1 * seed,
            "partner": 1.5,
            "low": None if seed else 2.0 + group,
            "high": None if seed else 3.0 + group,
            "censored_at": 4.3 if seed == 2 else None,
            "status": "not_yet" if seed == 2 else "observed",
            "note": f"a note {EVIL}",
        }
        for group, run in enumerate(runs)
        for seed in SEEDS
    ]


def _item(name: str, paper: str, variant: str, members: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "id": name, "paper": paper, "variant": variant, "members": members}


def _claim(statement: str, figure: str | None, unit: str = "decades of steps", smallest: float = 0.1) -> dict[str, Any]:
    means = {
        kind: f"The meaning of {kind} for the paper {EVIL}." for kind in ("supported", "contradicted", "inconclusive")
    }
    known = {
        "statement": statement,
        "where": "Section 3",
        "sweeps": ["sizes"],
        "metrics": ["accuracy"],
        "estimand": "event_step_by_axis",
        "test": "ordered",
    }
    rule = {"direction": "greater", "smallest_effect": smallest, "minimum_seeds": 3, "family": "f"}
    return {**known, **rule, "unit": unit, "figure": figure, "kind": "result", "means": means}


def _verdict(
    verdict: str, effect: float, interval: list[float | None], p_value: float, collapsed: int = 0
) -> dict[str, Any]:
    """What `grokscope.analysis.claims.judge` gives, without the values of single seeds."""
    counts = {"seeds": 3, "collapsed": collapsed, "diverged": 0, "absent": 0, "not_yet": 1, "not_applicable": 0}
    known = {
        "verdict": verdict,
        "why": f"Because {EVIL}.",
        "effect": effect,
        "low": interval[0],
        "high": interval[1],
        "p_value": p_value,
    }
    grid = [
        {"threshold": "fit_accuracy", "value": value, "verdict": found}
        for value, found in ((0.95, verdict), (0.999, "inconclusive"))
    ]
    if verdict == "contradicted":
        grid += [
            {"threshold": "rank_definition", "value": name, "verdict": found}
            for name, found in (("effective", verdict), ("stable", "inconclusive"))
        ]
    flips = sum(row["verdict"] != verdict for row in grid)
    stability = {"tried": len(grid), "flips": flips, "grid": grid}
    return {
        **known,
        **counts,
        "meaning": "",
        "sensitivity": stability,
        "meaningful": True,
        "details": {"share": 0.8},
        "seeds_needed": NEEDED,
    }


NEEDED = {"seeds": 7, "verdict": "supported", "reason": "", "how": f"Drawn again {EVIL}."}
VARIANTS = {
    "default_variant": "as_code",
    "base": {"training": {"optimizer": "adamw"}},
    "variants": {
        "as_code": {"description": f"As the code has it {EVIL}.", "settings": {}},
        "as_text": {"description": "As the text has it.", "settings": {"training": {"optimizer": "adam"}}},
    },
}
PAPERS: list[dict[str, Any]] = [
    {
        "id": "deep_grokking",
        "title": "Deep Grokking: Would Deep Networks Generalize?",
        "authors": "Fan, Pascanu, Jaggi",
        "year": 2024,
        "arxiv": "2405.19454",
        **VARIANTS,
    },
    {
        "id": "always_grok",
        "title": "Deep Networks Always Grok",
        "authors": f"Humayun {EVIL}",
        "year": 2024,
        "arxiv": "2402.15555",
        **VARIANTS,
    },
]
FIGURES = [
    (
        f"{paper}_fig{i}",
        paper,
        {
            "title": f"Feature rank, accuracy and linear probes {EVIL}",
            "where": f"Fig {i}",
            "shows": f"Test accuracy rises {EVIL}.",
            "metrics": ["accuracy", "spectra"],
            "headline": True,
        },
    )
    for paper, i in (("deep_grokking", 1), ("deep_grokking", 2), ("always_grok", 2))
]
CLAIMS: list[tuple[str, str, dict[str, Any], dict[str, Any] | None]] = [
    (
        "deep_grokking_deeper_generalises_later",
        "deep_grokking",
        _claim(
            "With the smaller training set, the deeper the network, the later test accuracy rises.",
            "deep_grokking_fig1",
        ),
        _verdict("supported", 0.42, [0.31, 0.55], 0.0021),
    ),
    (
        "deep_grokking_rank_falls",
        "deep_grokking",
        _claim(f"Feature ranks drop when test accuracy rises {EVIL}.", "deep_grokking_fig1"),
        _verdict("contradicted", -0.6, [-0.9, -0.3], 0.93, collapsed=1),
    ),
    (
        "always_grok_robustness",
        "always_grok",
        _claim("Robustness comes back long after the fit.", "always_grok_fig2", smallest=0.5),
        _verdict("inconclusive", 0.2, [None, 0.9], 0.2),
    ),
    (
        "always_grok_untested",
        "always_grok",
        {**_claim("Batch normalisation removes grokking.", None), "sweeps": [], "estimand": None, "test": None},
        None,
    ),
]
