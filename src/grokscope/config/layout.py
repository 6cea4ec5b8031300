"""Where every file of a results folder lies (docs/architecture.md)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from grokscope.config.user import UserConfig


@dataclass(frozen=True)
class Layout:
    """Paths as text, some with Snakemake wildcards {run}, {block}, {metric}, {figure}, {claim}, {dataset}."""

    results_folder: str
    root: str
    data_folder: str
    checkpoint_root: str

    @classmethod
    def of(cls, config: UserConfig) -> Layout:
        """The layout that `config` asks for."""
        root = f"{config.results_folder}/{config.scale}"
        cache = config.data.cache or os.environ.get("GROKSCOPE_DATA") or "~/.cache/grokscope"
        checkpoints = config.checkpoint_folder or f"{config.results_folder}/checkpoints"
        return cls(
            config.results_folder, root, str(Path(cache).expanduser().resolve()), f"{checkpoints}/{config.scale}"
        )

    @property
    def dataset(self) -> str:
        return self.results_folder + "/data/{dataset}.json"

    @property
    def run_folder(self) -> str:
        return self.root + "/runs/{run}"

    @property
    def settings(self) -> str:
        return self.run_folder + "/settings.json"

    @property
    def training(self) -> str:
        return self.run_folder + "/{block}/training.json"

    @property
    def metric(self) -> str:
        return self.run_folder + "/{block}/metrics/{metric}.parquet"

    @property
    def arrays(self) -> str:
        """Beside the table of a metric that keeps arrays."""
        return self.run_folder + "/{block}/metrics/{metric}.arrays.safetensors"

    @property
    def checkpoints(self) -> str:
        return self.checkpoint_root + "/{run}/{block}"

    @property
    def events(self) -> str:
        return self.run_folder + "/tables/events.parquet"

    @property
    def card(self) -> str:
        return self.run_folder + "/card"

    @property
    def figure(self) -> str:
        return self.root + "/figures/{figure}"

    @property
    def claim(self) -> str:
        return self.root + "/claims/{claim}.json"

    @property
    def report(self) -> str:
        return self.root + "/report"

    @property
    def report_record(self) -> str:
        """What the report was made from."""
        return self.report + "/made_from.json"

    @property
    def report_archive(self) -> str:
        return self.root + "/report.zip"

    @property
    def report_mail(self) -> str:
        """Verdicts and headline figures as one page that can be sent by mail."""
        return self.root + "/report_mail.html"
