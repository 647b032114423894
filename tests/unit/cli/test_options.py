"""The filters of a command line as a query."""

from __future__ import annotations

import click

from contextfs.cli import options
from contextfs.cli.group import Verb, verb
from contextfs.cli.options import Wanted
from contextfs.domain.search import NO_FILTERS


def wanted(*args: str) -> Wanted:
    """The filters that a command line amounts to."""

    @verb("probe")
    @options.filters
    def probe(wanted: Wanted) -> Wanted:
        """Hand out what was parsed."""
        return wanted

    assert isinstance(probe, Verb)
    return click.Context(probe).invoke(probe, **probe.make_context("probe", list(args)).params)


def test_no_filter_is_no_condition() -> None:
    """A command line without filters asks for nothing special, so that search may take its fast way."""
    assert wanted().filters == NO_FILTERS
    assert not wanted().filters.selective


def test_filters_become_conditions() -> None:
    """Each option fills its field, tags in their normal form, and `all` means every status."""
    found = wanted(
        *("--type", "fact,error", "--tags", "UserAuth", "--project", "p", "--repo", "r", "--tool", "t"),
        *("--meta", "a=1", "--status", "all", "--author", "Ada", "--branch", "main"),
    ).filters
    assert (list(found.types), found.tags) == (["fact", "error"], ("user-auth",))
    assert (found.project, found.source_repo, found.source_tool) == ("p", "r", "t")
    assert (found.metadata, found.author, found.branch) == ({"a": 1}, "Ada", "main")
    assert found.statuses == ("active", "deprecated", "archived")
    assert wanted("--status", "archived").filters.statuses == ("archived",)
