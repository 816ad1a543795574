#!/usr/bin/env python3
"""Draws how cost grows: growth.csv and growth.svg from the lines that benchmarks/growth.sh prints. Standard library only.

Usage: plot.py FILE FOLDER
"""
import csv
import json
import math
import os
import statistics
import sys
from collections import defaultdict

WIDTH, HEIGHT, MARGIN = 360, 220, 50


def main():
    lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8") if line.startswith('{')]
    lines = [line for line in lines if line["bench"].startswith("growth")]
    points = defaultdict(list)
    for line in lines:
        points[line["bench"], int(line["work"])].append(line)
    rows = [(bench, count, values[0]["unit"], median(values, "value"), median(values, "peak MB"), len(values))
            for (bench, count), values in sorted(points.items())]
    with open(os.path.join(sys.argv[2], "growth.csv"), "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["bench", "count", "unit", "median", "peak MB", "n"])
        writer.writerows(rows)
    panels = []
    for bench in ("growth images", "growth classes"):
        chosen = [row for row in rows if row[0] == bench]
        if chosen:
            panels.append((f"{bench[7:]}: {chosen[0][2]}", [(row[1], row[3]) for row in chosen]))
            panels.append((f"{bench[7:]}: peak memory, MB", [(row[1], row[4]) for row in chosen]))
    with open(os.path.join(sys.argv[2], "growth.svg"), "w", encoding="utf-8") as file:
        file.write(svg(panels))


def median(values, name):
    return round(statistics.median(value[name] for value in values), 2)


def svg(panels):
    rows = (len(panels) + 1) // 2
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * WIDTH}" height="{rows * HEIGHT}" font-family="sans-serif" font-size="11">',
             '<rect width="100%" height="100%" fill="white"/>']
    for i, (title, points) in enumerate(panels):
        parts.append(f'<g transform="translate({(i % 2) * WIDTH},{(i // 2) * HEIGHT})">{panel(title, points)}</g>')
    return "\n".join(parts + ["</svg>\n"])


def panel(title, points):
    """The count on a logarithmic axis, the cost on a linear one from 0."""
    low, high = math.log10(points[0][0]), math.log10(points[-1][0])
    top = max(value for _, value in points) * 1.15
    x = lambda count: MARGIN + (math.log10(count) - low) / max(high - low, 1e-9) * (WIDTH - 1.5 * MARGIN)
    y = lambda value: HEIGHT - MARGIN + 10 - value / top * (HEIGHT - 1.6 * MARGIN)
    line = " ".join(f"{x(c):.1f},{y(v):.1f}" for c, v in points)
    marks = "".join(f'<circle cx="{x(c):.1f}" cy="{y(v):.1f}" r="3" fill="#1f77b4"/><text x="{x(c):.1f}" y="{y(v) - 7:.1f}" text-anchor="middle">{v:.4g}</text>'
                    f'<text x="{x(c):.1f}" y="{y(0) + 15:.1f}" text-anchor="middle">{c:,}</text>' for c, v in points)
    return (f'<text x="{WIDTH / 2}" y="16" text-anchor="middle" font-weight="bold">{title}</text>'
            f'<line x1="{MARGIN}" y1="{y(0):.1f}" x2="{WIDTH - MARGIN / 2}" y2="{y(0):.1f}" stroke="black"/>'
            f'<polyline points="{line}" fill="none" stroke="#1f77b4" stroke-width="2"/>{marks}')


main()
