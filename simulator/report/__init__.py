"""Self-contained HTML files: about one or more sessions, and about sweeps of many.

    render_report(outcomes, made_at) -> str        verdict first, then what was measured, then how it went
    render_sweep_report(summary, made_at) -> str   contenders side by side, distributions, the frontier
    render_comparison(comparison, summary, made_at) -> str      two sweeps, before and after

Nothing in the files points outside them. They read without JavaScript; with it, timelines zoom and tell values.
"""

from simulator.report.comparison_page import render_comparison
from simulator.report.page import render_report
from simulator.report.sweep_page import render_sweep_report

__all__ = ["render_comparison", "render_report", "render_sweep_report"]
