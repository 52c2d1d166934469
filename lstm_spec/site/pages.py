"""Every page of ``docs`` that a program writes, each from data that are committed beside it.

    python -m lstm_spec.site.pages [NAME ...]

writes them anew, in the root of a checkout; a test says which of them is not what its data give.
Of three pages only a summary is committed. The site has them in full: ``docs/building/hooks.py``
puts what ``in_full`` makes in the place of the sentence below ``MARK``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_spec.comparison import matrix
from lstm_spec.coverage import library_map
from lstm_spec.selftest import fifty_updates
from lstm_spec.site import (
    claims_page,
    claims_picture,
    coverage_page,
    diagnosis_page,
    fifty_updates_page,
    findings_page,
    generated_mutants_page,
    history_page,
    kill_matrix_page,
    kill_matrix_summary,
    matrix_page,
    other_suites_page,
    pipelines_page,
    published_figures_page,
    saved_models_page,
    share_picture,
    speed_choices_section,
    tolerances_page,
    training_speed_page,
    training_speed_picture,
)
from lstm_spec.study import full_runs

Made = Callable[[Path], str]
"""Makes a text from the data in the root of a checkout."""

MARK = "<!-- in full -->"
"""What stands below is for readers of the file; the site has the page in full there."""

ELSEWHERE = """
{mark}

This is the summary. `mkdocs build --strict` makes the page in full: `build/site/{name}.html`.
"""

STUDIES = "docs/data"


@dataclass(frozen=True)
class Page:
    """A page that a program writes, by its name in ``docs``."""

    name: str
    make: Made
    in_full: Made | None = None
    """What the site has below the summary; None if the page is committed as a whole."""
    picture: Made | None = None
    """The picture that the page opens with, as SVG; None if it has none."""

    @property
    def file(self) -> str:
        """Where it lies in a checkout."""
        return f"docs/{self.name}.md"

    @property
    def picture_file(self) -> str:
        """Where its picture lies in a checkout."""
        return f"docs/images/{self.name}.svg"

    def text(self, root: Path) -> str:
        """The file as the data of today give it."""
        made = self.make(root)
        if self.in_full is None:
            return made
        return made.rstrip() + "\n" + ELSEWHERE.format(mark=MARK, name=self.name)


def _claims(root: Path) -> str:
    folder = root / STUDIES
    studies = claims_page.studies_in(folder)
    picture = "images/claims.svg"
    command = f"lstm-spec claims {STUDIES} docs/claims.md --picture docs/{picture}"
    return claims_page.as_markdown(studies, folder, STUDIES, command, picture)


def _kills(root: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((root / kill_matrix_page.FILE).read_text("utf-8"))
    return data


def _libraries(root: Path) -> list[matrix.Column]:
    """The reports on everything but Keras."""
    return matrix.columns(root / "reports", lambda name: not history_page.is_keras(name))


def _published_figures(root: Path) -> str:
    lines = (root / published_figures_page.AVOIDED).read_text("utf-8").splitlines()
    runs = full_runs.read(root / published_figures_page.RUNS)
    return published_figures_page.page(runs, [json.loads(one) for one in lines])


PAGES = (
    Page(
        "claims",
        _claims,
        picture=lambda root: claims_picture.svg(claims_page.studies_in(root / STUDIES)),
    ),
    Page(
        "findings", lambda root: findings_page.as_markdown(findings_page.entries(root / "findings"))
    ),
    Page(
        "fifty-updates",
        lambda root: fifty_updates_page.page(fifty_updates_page.read(root / fifty_updates.FOLDER)),
    ),
    Page("diagnosis", lambda root: diagnosis_page.page(diagnosis_page.read(root))),
    Page("pipelines", lambda root: pipelines_page.page(full_runs.read(root / full_runs.FILE))),
    Page("published-figures", _published_figures),
    Page("saved-models", lambda root: saved_models_page.page(saved_models_page.read(root))),
    Page(
        "training-speed",
        lambda root: training_speed_page.page(
            training_speed_page.read(root),
            speed_choices_section.section(speed_choices_section.read(root)),
        ),
        picture=lambda root: training_speed_picture.svg(training_speed_page.read(root)),
    ),
    Page(
        "tolerances",
        lambda root: tolerances_page.as_markdown(tolerances_page.read(root / tolerances_page.FILE)),
    ),
    Page("coverage", lambda root: coverage_page.as_markdown(library_map.libraries().values())),
    Page(
        "kill-matrix",
        lambda root: kill_matrix_summary.summary(_kills(root), generated_mutants_page.read(root)),
        lambda root: kill_matrix_page.in_full(_kills(root)),
    ),
    Page("other-suites", lambda root: other_suites_page.page(other_suites_page.read(root))),
    Page(
        "keras-history",
        lambda root: history_page.summary(history_page.columns(root / "reports")),
        lambda root: history_page.in_full(history_page.columns(root / "reports")),
        lambda root: share_picture.svg(history_page.columns(root / "reports"), of_its_own=True),
    ),
    Page(
        "matrix",
        lambda root: matrix_page.summary(_libraries(root)),
        lambda root: matrix_page.in_full(_libraries(root)),
        lambda root: share_picture.svg(_libraries(root), of_its_own=True),
    ),
)


def main(arguments: list[str] | None = None) -> None:
    """Write the pages that are named, or all."""
    names = [one.name for one in PAGES]
    parser = argparse.ArgumentParser(description="Write the generated pages of docs anew.")
    parser.add_argument("name", nargs="*", help=f"one of {', '.join(names)}; else all")
    chosen = parser.parse_args(arguments).name
    if strange := set(chosen) - set(names):
        parser.error(f"there is no page {min(strange)!r}; there are {', '.join(names)}")
    for page in PAGES:
        if page.name in chosen or not chosen:
            Path(page.file).write_text(page.text(Path()), "utf-8")
            print(page.file)
            if page.picture is not None:
                Path(page.picture_file).write_text(page.picture(Path()), "utf-8")
                print(page.picture_file)


if __name__ == "__main__":
    main()
