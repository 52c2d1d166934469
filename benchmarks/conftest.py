"""The table at the end: microseconds per update, and the ratio to the NumPy oracle."""

from rich.console import Console
from rich.table import Table

ORACLE = "numpy"


def pytest_terminal_summary(terminalreporter, config):
    session = getattr(config, "_benchmarksession", None)
    if session is None or not session.benchmarks:
        return
    micros = {}
    for one in session.benchmarks:
        info = one.extra_info
        if "updates" in info and one.stats.rounds:
            spread = (one.stats.q1, one.stats.median, one.stats.q3)
            cell = tuple(seconds / info["updates"] * 1e6 for seconds in spread)
            micros.setdefault(info["pipeline"], {})[info["engine"]] = cell
    engines = sorted({engine for cells in micros.values() for engine in cells})
    table = Table("pipeline", *engines, title="microseconds per update, median (quartiles)")
    for pipeline, cells in micros.items():
        base = cells.get(ORACLE)
        row = []
        for engine in engines:
            if engine not in cells:
                row.append("")
                continue
            low, middle, high = cells[engine]
            ratio = f", {middle / base[1]:.1f} x {ORACLE}" if base and engine != ORACLE else ""
            row.append(f"{middle:,.0f} ({low:,.0f} to {high:,.0f}){ratio}")
        table.add_row(pipeline, *row)
    Console(file=terminalreporter._tw._file, width=140).print(table)
