"""A static site of a folder of reports: overview, history, matrix, a page and a badge for each.

    lstm-spec matrix --reports DIR --site OUT

The pages load nothing from elsewhere, and each leads to all others. The same reports give the same
bytes: nothing depends on the day, the machine or the order of the files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from lstm_spec.comparison import kept_reports
from lstm_spec.comparison.matrix import Column, column_of
from lstm_spec.comparison.versions import Subject, label, subjects
from lstm_spec.output.wording import counted
from lstm_spec.report import badge, json_report
from lstm_spec.report.file_form import without_what_is_known
from lstm_spec.report.html import report as report_page
from lstm_spec.report.html.page import Around, Link, fill
from lstm_spec.site import matrix_html, trend_page, trend_picture

OVERVIEW, HISTORY, MATRIX = "index.html", "history.html", "matrix.html"
REPORTS, BADGES = "reports", "badges"
"""Folders of the site."""


@dataclass(frozen=True)
class Shown:
    """A report that the site shows: its column, its data in full, and where its page lies."""

    column: Column
    data: Mapping[str, Any]
    page: str
    before: Column | None = None
    after: Column | None = None
    """The reports of the versions before and after it, where there are any."""


def site(reports: kept_reports.Reports) -> dict[str, str]:
    """The text of every file of the site by its path in it.

    Raises ValueError where there is no report, two files of one name, or two of one version.
    """
    by_file = {file: column_of(file.stem, data) for file, data in reports.items()}
    _refuse_the_same_name(by_file)
    every = subjects(by_file.values())
    data_of = {one.name: reports[file] for file, one in by_file.items()}
    columns = [one for subject in every for one in subject.reports]
    pages = dict(
        zip(
            (one.name for one in columns),
            kept_reports.names(one.name for one in columns),
            strict=True,
        )
    )
    shown = [
        Shown(one, data_of[one.name], f"{REPORTS}/{pages[one.name]}.html", before, after)
        for subject in every
        for before, one, after in zip(
            (None, *subject.reports), subject.reports, (*subject.reports[1:], None), strict=False
        )
    ]
    return dict(_files(every, shown))


def _refuse_the_same_name(by_file: Mapping[Any, Column]) -> None:
    if not by_file:
        raise ValueError("there is no report: make one with lstm-spec verify SUBJECT --json FILE")
    files: dict[str, Any] = {}
    for file, one in by_file.items():
        other = files.setdefault(one.name, file)
        if other != file:
            raise ValueError(f"{other} and {file} have the same name: rename one of them")


def _files(every: Sequence[Subject], shown: Sequence[Shown]) -> list[tuple[str, str]]:
    """Every file with its text."""
    pages = {one.column.name: one.page for one in shown}
    badges = dict(
        zip((one.name for one in every), kept_reports.names(one.name for one in every), strict=True)
    )
    columns = [one.column for one in shown]
    found = [
        (OVERVIEW, _overview(every, shown, badges)),
        (HISTORY, trend_page.render(every, pages, _around(shown, HISTORY))),
        (MATRIX, matrix_html.render_matrix(columns, pages, _around(shown, MATRIX))),
    ]
    newest = {one.newest.name: one for one in every}
    for one in shown:
        text = json_report.as_text(without_what_is_known(one.data))
        found += [
            (one.page, report_page.render(dict(one.data), _around(shown, one.page))),
            (f"{one.page.removesuffix('.html')}.json", text),
        ]
        if one.column.name in newest:
            name = f"{BADGES}/{badges[newest[one.column.name].name]}"
            endpoint = json.dumps(badge.as_endpoint(dict(one.data)), indent=1)
            found += [
                (f"{name}.svg", badge.as_svg(dict(one.data))),
                (f"{name}.json", f"{endpoint}\n"),
            ]
    return found


def _around(shown: Sequence[Shown], here: str) -> Around:
    """The links that a page has to all others, as seen from where it lies."""
    up = "../" if "/" in here else ""

    def link(words: str, page: str) -> Link:
        return Link(words, f"{up}{page}", page == here)

    titles = {one.column.name: link(one.column.title, one.page) for one in shown}
    own = next((one for one in shown if one.page == here), None)
    beside = []
    if own and own.before:
        beside.append(("version before", titles[own.before.name]))
    if own and own.after:
        beside.append(("next version", titles[own.after.name]))
    return Around(
        [link("Overview", OVERVIEW), link("History", HISTORY), link("Matrix", MATRIX)],
        list(titles.values()),
        [replace(one, words=f"{words}: {one.words}") for words, one in beside],
    )


def _overview(every: Sequence[Subject], shown: Sequence[Shown], badges: Mapping[str, str]) -> str:
    """The first page: the newest version of each subject, and its badge."""
    data = {one.column.name: one.data for one in shown}
    pages = {one.column.name: one.page for one in shown}
    only = every[0] if len(every) == 1 else None
    versions = sum(len(one.reports) for one in every)
    return fill(
        "overview.html",
        around=_around(shown, OVERVIEW),
        title=only.name if only else counted(len(every), "implementation"),
        headline=_headline(only, data) if only else f"{counted(versions, 'report')} in all.",
        subjects=[
            {
                **trend_page.row(one.newest, pages),
                "name": one.name,
                "versions": len(one.reports),
                "badge": Markup(badge.as_svg(dict(data[one.newest.name]))),
                "badge_file": f"{BADGES}/{badges[one.name]}.svg",
                "changes": "; ".join(trend_page.in_short(one.steps()[-1]))
                if len(one.reports) > 1
                else "",
            }
            for one in every
        ],
        picture=Markup(trend_picture.svg(only)) if only and len(only.reports) > 1 else "",
        specifications=sorted({str(one.data["spec_version"]) for one in shown}),
    )


def _headline(subject: Subject, data: Mapping[str, Mapping[str, Any]]) -> str:
    """What the counts of the newest report come to."""
    newest = subject.newest
    told = report_page.headline(dict(data[newest.name]["counts"]))
    return f"Version {label(newest)}: {told[0].lower()}{told[1:]}"
