"""What MkDocs does besides: pages from the repository's root, the clauses, the measured tables.

MkDocs finds these functions by their names; see ``hooks`` in mkdocs.yml.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from lstm_spec.clauses import FAMILIES, catalogue
from lstm_spec.site import explanation_pages, pages, persistence

ROOT = Path(__file__).resolve().parents[2]
FROM_THE_ROOT = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
"""Files of the root that are pages of the site."""

LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#|<)([^)#\s]+)")
FENCE = re.compile(r"^(```+)(\w+) .*$", re.MULTILINE)
CLAUSE = re.compile(rf"(?<![\w#-])({'|'.join(FAMILIES)})-(\d\d)(?![\w-])")
CODE = re.compile(
    r"(^ *```.*?^ *```$|`[^`\n]+`|\[[^\]]*\]\([^)]*\)|^#[^\n]*)", re.MULTILINE | re.DOTALL
)
LARGE = {"kill-matrix.md"}
"""Pages that would drown every search."""

IN_FULL = {f"{one.name}.md": one.in_full for one in pages.PAGES if one.in_full}
"""Pages of which the repository has a summary only, and what makes the rest of them."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the root, the files that pages link to, and every page that nav forgot."""
    for name, uri in FROM_THE_ROOT.items():
        files.append(File.generated(config, uri, abs_src_path=str(ROOT / name)))
    for page in files.documentation_pages():
        for found in LINK.findall(page.content_string):
            target = _in_repository(page.src_uri, found)
            uri = _in_site(target)
            if target.is_file() and files.get_file_from_path(uri) is None:
                files.append(File.generated(config, uri, abs_src_path=str(target)))
    listed = str(config.nav)
    forgotten = [one.src_uri for one in files.documentation_pages() if one.src_uri not in listed]
    if forgotten and config.nav is not None:
        config.nav.append({"More": sorted(forgotten)})
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put in what is generated, and let links that leave docs stay in the site."""
    uri = page.file.src_uri
    markdown = in_full(uri, markdown)
    if uri in LARGE:
        page.meta["search"] = {"exclude": True}
        return markdown
    family = PurePosixPath(uri).stem.upper()
    if uri.startswith("specification/") and family in FAMILIES:
        markdown += "\n" + explanation_pages.family(family)
    if uri == "specification/index.md":
        markdown += "\n" + explanation_pages.overview()
    if persistence.MARK in markdown:
        table = persistence.as_markdown(persistence.columns(ROOT / "reports"))
        markdown = markdown.replace(persistence.MARK, table)
    markdown = LINK.sub(lambda found: _rewritten(uri, found[1]), markdown)
    return FENCE.sub(r"\1\2", _with_clauses_linked(markdown, uri))


def in_full(uri: str, markdown: str) -> str:
    """A summary with the rest of its page; any other page as it is."""
    if uri not in IN_FULL:
        return markdown
    return markdown.split(pages.MARK)[0] + IN_FULL[uri](ROOT) + "\n"


def _in_repository(uri: str, link: str) -> Path:
    """The file that a link of a page means, as GitHub would find it."""
    origin = next((name for name, page in FROM_THE_ROOT.items() if page == uri), f"docs/{uri}")
    return Path(os.path.normpath(ROOT / PurePosixPath(origin).parent / link))


def _in_site(target: Path) -> str:
    """Where a file of the repository lies in the site."""
    if not target.is_relative_to(ROOT):
        return str(target)
    path = target.relative_to(ROOT).as_posix()
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return FROM_THE_ROOT.get(path) or f"files/{path.lstrip('.')}"


def _rewritten(uri: str, link: str) -> str:
    """A link from page to page of the site, or to a file that is published beside them."""
    target = _in_repository(uri, link)
    return os.path.relpath(_in_site(target), PurePosixPath(uri).parent) if target.exists() else link


def _with_clauses_linked(markdown: str, uri: str) -> str:
    """Every clause that a sentence mentions leads to its paragraph; code and links stay."""
    known = {one.id for one in catalogue()}
    folder = "" if uri.startswith("specification/") else "specification/"

    def link(found: re.Match[str]) -> str:
        family, number = found.groups()
        if found[0] not in known:
            return found[0]
        return f"[{found[0]}]({folder}{family.lower()}.md#{family.lower()}-{number})"

    parts = CODE.split(markdown)
    return "".join(
        part if index % 2 else CLAUSE.sub(link, part) for index, part in enumerate(parts)
    )
