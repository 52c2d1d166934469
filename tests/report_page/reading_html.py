"""Reads a page strictly and answers simple questions about its elements."""

import functools
import itertools

import html5lib


@functools.cache
def read(text):
    """The page as an element tree. Raises for anything that is not well formed."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(text)


def words(element):
    return " ".join("".join(element.itertext()).split())


def complaints(text):
    """What a checker of accessibility would say of the page; empty if all is well."""
    page = read(text)
    found = []
    ids = [one.get("id") for one in page.iter() if one.get("id")]
    found += [f"id {one} is there twice" for one in set(ids) if ids.count(one) > 1]
    labelled = {one for label in page.iter("label") for one in label.iter()}
    for tag in ("input", "select", "textarea"):
        found += [f"{tag} without a label" for one in page.iter(tag) if one not in labelled]
    for tag in ("button", "a", "summary"):
        found += [
            f"{tag} without words"
            for one in page.iter(tag)
            if not words(one) and not one.get("aria-label")
        ]
    found += [f"th without scope: {words(one)}" for one in page.iter("th") if not one.get("scope")]
    found += ["table without caption" for one in page.iter("table") if one.find("caption") is None]
    found += ["drawing without words" for one in page.iter("svg") if not one.get("aria-hidden")]
    for one in page.iter():
        refers = [one.get("aria-labelledby")] if one.get("aria-labelledby") else []
        if one.tag == "a" and (one.get("href") or "").startswith("#"):
            refers.append(one.get("href")[1:])
        found += [f"nothing is called {name}" for name in refers if name not in ids]
    levels = [int(one.tag[1]) for one in page.iter() if one.tag in ("h1", "h2", "h3", "h4")]
    if levels.count(1) != 1 or levels[0] != 1:
        found.append("there must be one h1, before all other headings")
    found += [
        f"h{last} is followed by h{level}"
        for last, level in itertools.pairwise(levels)
        if level > last + 1
    ]
    found += [
        f"{tag} is missing" for tag in ("main", "header", "title") if page.find(f".//{tag}") is None
    ]
    if page.get("lang") != "en":
        found.append("the page has no language")
    return found
