using System.Globalization;
using System.Text;
using Microsoft.ML;
using Tricks.MLNet;
using Tricks.MLNet.Experiments;

namespace BagOfTricks;

/// <summary>Runs the tables and writes the report.</summary>
internal sealed class Experiment(MLContext context, Settings settings, string output, int seeds, CancellationToken cancellationToken)
{
    private const double Level = 0.95;

    private readonly SortedDictionary<string, ImageScoringTransformer> _teachers = []; // by architecture and image size

    /// <summary>Runs every table whose title contains <paramref name="title"/>; the trials of the others stay in the file.</summary>
    public void Run(string title = "")
    {
        Directory.CreateDirectory(output);
        var tables = Tables.Of(settings);
        if (!tables.Any(table => table.Title.Contains(title, StringComparison.OrdinalIgnoreCase)))
            throw new ArgumentException($"No table's title contains '{title}'. The titles are: {string.Join("; ", tables.Select(table => table.Title))}.");
        var steps = tables.Sum(t => t.Rows.Count - 1);
        var report = new StringBuilder();
        report.Append(CultureInfo.InvariantCulture, $"{settings.Description}. {settings.Baseline.Epochs} epochs, {seeds} seeds, all rows the same seeds; the last epoch's weights, no choice by test accuracy.\n");
        var (exceeding, noise) = (new List<string>(), new List<string>());
        foreach (var (i, table) in tables.Index().Where(entry => entry.Item.Title.Contains(title, StringComparison.OrdinalIgnoreCase)))
        {
            var comparison = Compare(table.Rows, Level, new ConsoleTrialProgress());
            comparison.SaveHtml(Path.Combine(output, $"table{i + 1}.html"), table.Title);
            report.Append(CultureInfo.InvariantCulture, $"\n### {table.Title}\n\n");
            report.Append("| row | paper, ImageNet top-1 | top-1, mean ± sd | top-5, mean ± sd | against the row before it* | exceeds the noise |\n|---|---|---|---|---|---|\n");
            foreach (var row in table.Rows)
            {
                var result = comparison.Leaderboard.FirstOrDefault(r => r.Name == row.Id);
                var (step, verdict) = result is null || row == table.Rows[0] ? ("", "") : Step(Before(table, row), row, steps);
                report.Append(CultureInfo.InvariantCulture, $"| {row.Title} | {row.Paper} | {Text(result?.Accuracy)} | {Text(result?.TopKAccuracy)} | {step} | {verdict} |\n");
                if (verdict.Length > 0)
                    (verdict == "no" ? noise : exceeding).Add($"{table.Title}: {row.Title} ({step})");
            }
        }

        foreach (var (name, teacher) in _teachers)
        {
            using (teacher)
                report.Append(CultureInfo.InvariantCulture, $"\nThe top-1 of the teacher {name} is {100 * context.MulticlassClassification.Evaluate(teacher.Transform(settings.Test)).MicroAccuracy:f2}, n = 1.\n");
        }

        report.Append("\n\\* Mixup and distillation are compared with the row of label smoothing. Intervals are 95 % each, paired by seed. \"Exceeds the noise\" is Bonferroni's correction for the ");
        report.Append(CultureInfo.InvariantCulture, $"{steps} steps of all tables.\n\nDifferences that exceed the noise: {(exceeding.Count == 0 ? "none" : string.Join("; ", exceeding))}.\n\nWithin the noise: {(noise.Count == 0 ? "none" : string.Join("; ", noise))}.\n");
        File.WriteAllText(Path.Combine(output, "report.md"), report.ToString());
        Console.WriteLine(report);
    }

    /// <summary>Two rows alone, from the trials that are in the file by now.</summary>
    private (string Step, string Verdict) Step(Row before, Row row, int steps)
    {
        PairedComparison Pair(double level) => Compare([before, row], level, null).Leaderboard.Single(r => r.Name == row.Id).Comparison!;
        var verdict = Pair(1 - ((1 - Level) / steps)).Verdict;
        return (Pair(Level).ToString(), verdict switch { ComparisonVerdict.Better => "better", ComparisonVerdict.Worse => "worse", ComparisonVerdict.Noise => "no", _ => "" });
    }

    private static Row Before(Table table, Row row)
    {
        var at = table.Rows.ToList().IndexOf(row);
        return row.HasTeacher || row.Recipe.MixupAlpha > 0 ? table.Rows[2] : table.Rows[at - 1];
    }

    private TrainerComparison Compare(IReadOnlyList<Row> rows, double level, IProgress<TrialProgress>? progress) =>
        context.MulticlassClassification.CompareTrainers(
            settings.Training,
            [.. rows.Select(row => TrainerCandidate.Of(row.Id, row, Network))],
            new ComparisonOptions
            {
                TestSet = settings.Test,
                Repeats = seeds,
                Level = level,
                ResultsPath = Path.Combine(output, "results.jsonl"),
                Progress = progress,
                CancellationToken = cancellationToken,
            });

    private ConvNetTrainer Network(MLContext trial, Row row) => trial.MulticlassClassification.Trainers.ConvNet(new ConvNetTrainer.Options
    {
        ImageColumnName = settings.ImageColumnName,
        Architecture = row.Architecture,
        ImageSize = ImageSize(row),
        Channels = settings.Channels,
        Recipe = row.Recipe,
        ValidationFraction = 0, // as the paper: all training rows, the last weights
        Teachers = row.HasTeacher ? [Teacher(row)] : [],
    });

    /// <summary>Trained once, on the same rows and image size as its pupils, and kept in the output folder.</summary>
    private ImageScoringTransformer Teacher(Row pupil)
    {
        var (architecture, imageSize) = (pupil.Teacher ?? settings.Teacher, ImageSize(pupil));
        var name = string.Create(CultureInfo.InvariantCulture, $"{architecture.Name}-{imageSize}");
        if (_teachers.TryGetValue(name, out var known))
            return known;
        var path = Path.Combine(output, $"teacher-{name}.zip");
        if (!File.Exists(path))
        {
            var recipe = pupil.Recipe with { MixupAlpha = 0, Epochs = settings.MixupEpochs };
            using var trained = Network(context, new Row("teacher", "teacher", architecture, recipe, "", ImageSize: imageSize)).Fit(settings.Training);
            context.Model.Save(trained, settings.Training.Schema, path);
        }

        return _teachers[name] = (ImageScoringTransformer)context.Model.Load(path, out _);
    }

    private int ImageSize(Row row) => row.ImageSize ?? settings.ImageSize;

    private static string Text(MetricSummary? summary) => summary is not { N: > 0 }
        ? "not measured"
        : string.Create(CultureInfo.InvariantCulture, $"{100 * summary.Mean:f2}{(summary.N > 1 ? $" ± {100 * summary.StandardDeviation:f2}" : "")}");
}
