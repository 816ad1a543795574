#!/usr/bin/env python3
"""Gathers the lines of JSON that the benchmarks print into tables (Markdown). Usage: summary.py FILE...

A value is the median over processes, n their number. Ratios are of medians: how many times ours is as fast.
"""
import json
import statistics
import sys
from collections import defaultdict

FASTER_IS_LARGER = {"images/s", "GFLOP/s"}


def main():
    measured = defaultdict(list)  # (bench, work, way): lines
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith("{"):
                    entry = json.loads(line)
                    measured[entry["bench"], entry["work"], entry["way"]].append(entry)
    for bench in dict.fromkeys(key[0] for key in measured):
        if bench == "gradient":
            gradients({key: lines for key, lines in measured.items() if key[0] == bench})
        elif bench != "work":
            table(bench, measured)


def table(bench, measured):
    print(f"\n## {bench}\n")
    utilised = bench == "steps"
    print("| work | way | median | min | max | n | ours is faster by |" + (" FLOP utilisation |" if utilised else ""))
    print("|---|---|---|---|---|---|---|" + ("---|" if utilised else ""))
    rows = {key: lines for key, lines in measured.items() if key[0] == bench}
    for work in dict.fromkeys(key[1] for key in rows):
        ours = best_of_ours(rows, work)
        for (_, row_work, way), lines in rows.items():
            if row_work != work:
                continue
            values = [line["value"] for line in lines]
            unit, median = lines[0]["unit"], statistics.median(values)
            low, high = min(line.get("min", line["value"]) for line in lines), max(line.get("max", line["value"]) for line in lines)
            ratio = "" if way.startswith("ours") or ours is None or not median else f"{(ours / median if unit in FASTER_IS_LARGER else median / ours):.2f}x"
            more = further(lines)
            cells = [work, way, f"{median:.4g} {unit}{more}", f"{low:.4g}", f"{high:.4g}", str(len(values)), ratio]
            if utilised:
                cells.append(utilisation(measured, work, way, median))
            print("| " + " | ".join(cells) + " |")


def best_of_ours(rows, work):
    medians = [(statistics.median(line["value"] for line in lines), lines[0]["unit"])
               for (_, row_work, way), lines in rows.items() if row_work == work and way.startswith("ours")]
    if not medians:
        return None
    return (max if medians[0][1] in FASTER_IS_LARGER else min)(value for value, _ in medians)


def further(lines):
    known = {"bench", "work", "way", "unit", "value", "samples", "min", "max"}
    names = [name for name in lines[0] if name not in known]
    shown = [f"{name} {statistics.median(line[name] for line in lines):.4g}" for name in names]
    return f" ({', '.join(shown)})" if shown else ""


def utilisation(measured, work, way, milliseconds):
    """The model's operations by time by the peak of the precision: bfloat16's matrix product (and the 3x3 convolution's), float32's fastest."""
    model = measured.get(("work", work, "model"))
    precision = "bfloat16" if "bf16" in way or "bfloat16" in way else "float32"
    peaks = {kind: statistics.median(line["value"] for line in lines) for (bench, name, kind), lines in measured.items() if (bench, name) == ("peak", precision)}
    if not model or not peaks:
        return ""
    rate = model[0]["value"] / (milliseconds / 1000)
    fastest = f"{100 * rate / max(peaks.values()):.0f} %"
    return fastest if precision == "float32" else f"{100 * rate / peaks['matrix product']:.0f} % of matrix products, {fastest} of the fastest"


def gradients(rows):
    print("\n## gradients of PyTorch's convolutions against float64\n")
    print("| network | way | worst relative error | where | agrees | cosine of the whole gradient |\n|---|---|---|---|---|---|")
    for (_, work, way), lines in rows.items():
        line = lines[-1]
        checked = f"{line['value']:.2g}" if line["samples"] else "not seen"
        agrees = "" if not line["samples"] else "yes" if line["agrees"] else "NO"
        print(f"| {work} | {way} | {checked} | {line['worst']} | {agrees} | {line['cosine']} |")


main()
