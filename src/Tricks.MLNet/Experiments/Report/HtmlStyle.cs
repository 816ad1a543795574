namespace Tricks.MLNet.Experiments.Report;

/// <summary>How the page looks.</summary>
internal static class HtmlStyle
{
    public const string Css = """
        body { font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1f2328; background: #fff; max-width: 1240px; margin: 2rem auto; padding: 0 1.2rem; }
        h1 { font-size: 1.7rem; margin-bottom: 0.2rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; margin: 1rem 0 0.3rem; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.86rem; }
        th, td { padding: 0.28rem 0.55rem; border-bottom: 1px solid #d8dee4; text-align: right; vertical-align: top; }
        th { font-weight: 600; background: #f6f8fa; } .text { text-align: left; } td:not(.text) { white-space: nowrap; } td.text { min-width: 8.5rem; }
        .scroll { overflow-x: auto; } .legend, small, footer { color: #57606a; font-size: 0.82rem; }
        .dot { display: inline-block; width: 0.7em; height: 0.7em; border-radius: 50%; margin-right: 0.45em; } .key { margin-right: 1.2em; white-space: nowrap; }
        .better { color: #1a7f37; font-weight: 600; } .worse { color: #cf222e; font-weight: 600; } .noise, .undecided { color: #57606a; }
        svg text { font-size: 11px; fill: #57606a; } svg .axis { fill: #1f2328; } svg .grid { stroke: #e4e8ec; stroke-width: 1; }
        details { border: 1px solid #d8dee4; border-radius: 6px; margin: 0.6rem 0; padding: 0.4rem 0.9rem; } summary { cursor: pointer; font-weight: 600; }
        .columns { display: flex; flex-wrap: wrap; gap: 2.2rem; } .matrix td, .matrix th { text-align: center; padding: 0.2rem 0.35rem; border: 1px solid #eaeef2; }
        .matrix .row { text-align: right; } .matrix .head { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; }
        .mistakes { display: flex; flex-wrap: wrap; gap: 0.8rem; } .mistakes figure { margin: 0; width: 112px; font-size: 0.76rem; line-height: 1.3; }
        .mistakes img { width: 96px; height: 96px; object-fit: contain; image-rendering: pixelated; background: #f6f8fa; border: 1px solid #d8dee4; }
        footer { margin-top: 2.5rem; }
        """;
}
