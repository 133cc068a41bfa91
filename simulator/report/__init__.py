"""One self-contained HTML file about one or more sessions: verdict first, then what was measured, then how it went.

    render_report(outcomes, made_at) -> str

Nothing in the file points outside it. It reads without JavaScript; with it, the timelines zoom and tell values.
"""

from simulator.report.page import render_report

__all__ = ["render_report"]
