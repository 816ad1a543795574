using Microsoft.ML;
using Microsoft.ML.Data;

using Annotation = Microsoft.ML.Data.AnnotationUtils.Kinds;

namespace Tricks.MLNet.Experiments;

/// <summary>Scores of test rows to the metrics of a trial.</summary>
/// <remarks>
/// Classes are matched by the names that the score column carries in its slots, so that a candidate whose pipeline maps the label itself is
/// judged like the others. Of equal scores the first class wins, as in ML.NET.
/// </remarks>
/// <param name="rows">The rows and labels that the test rows are from.</param>
/// <param name="options">The score column, k, and how many mistakes are kept.</param>
internal sealed class Evaluator(LabelledRows rows, ComparisonOptions options)
{
    private const double LeastProbability = 1e-15; // as in ML.NET's evaluator

    /// <summary>Fills the metrics into a trial.</summary>
    /// <param name="scored">The test rows with scores, in their order.</param>
    /// <param name="testRows">Their numbers; null for all.</param>
    /// <param name="trial">What is known of the trial.</param>
    /// <exception cref="InvalidOperationException">The model's output does not fit the rows.</exception>
    public TrialResult Evaluate(IDataView scored, int[]? testRows, TrialResult trial)
    {
        var numbers = testRows ?? [.. Enumerable.Range(0, rows.Labels.Count)];
        var column = ScoreColumn(scored.Schema);
        var classOfSlot = Classes(column);
        var tally = new Tally(rows.ClassNames.Count, options.TopK);

        using var cursor = scored.GetRowCursor([column]);
        var read = cursor.GetGetter<VBuffer<float>>(column);
        var buffer = default(VBuffer<float>);
        var scores = new float[rows.ClassNames.Count];
        var row = 0;
        for (; cursor.MoveNext(); row++)
        {
            if (row >= numbers.Length)
                break;
            read(ref buffer);
            Array.Clear(scores);
            foreach (var (slot, score) in buffer.Items(all: true))
                scores[classOfSlot[slot]] = score;
            tally.Add(numbers[row], rows.Labels[numbers[row]], scores);
        }

        if (row != numbers.Length || cursor.MoveNext())
        {
            throw new InvalidOperationException(
                $"The model gives {(row < numbers.Length ? $"{row}" : "more")} rows for {numbers.Length} test rows; every row must get a score. Take filters out of the candidate's pipeline.");
        }

        return tally.Fill(trial, options.WorstMistakes);
    }

    private DataViewSchema.Column ScoreColumn(DataViewSchema schema)
    {
        if (schema.GetColumnOrNull(options.ScoreColumnName) is not { } column)
            throw new InvalidOperationException($"The model adds no column '{options.ScoreColumnName}'; its columns are {string.Join(", ", schema.Where(c => !c.IsHidden).Select(c => c.Name))}. Set ScoreColumnName.");
        if (column.Type is not VectorDataViewType { IsKnownSize: true } vector || vector.ItemType != NumberDataViewType.Single)
            throw new InvalidOperationException($"The column '{column.Name}' is of type {column.Type}; it must be a vector of Single, one score for each class.");
        return column;
    }

    /// <summary>The class number of each slot of the scores.</summary>
    private int[] Classes(DataViewSchema.Column column)
    {
        var slots = ((VectorDataViewType)column.Type).Size;
        if (!column.HasSlotNames(slots))
        {
            return slots == rows.ClassNames.Count ? [.. Enumerable.Range(0, slots)] : throw new InvalidOperationException(
                $"The column '{column.Name}' has {slots} slots without names for {rows.ClassNames.Count} classes. Give the candidate a key label, as MapValueToKey makes it.");
        }

        var names = default(VBuffer<ReadOnlyMemory<char>>);
        column.Annotations.GetValue(Annotation.SlotNames, ref names);
        var numbers = rows.ClassNames.Index().ToDictionary(c => c.Item, c => c.Index);
        return [.. names.DenseValues().Select(name => numbers.TryGetValue(name.ToString(), out var number) ? number : throw new InvalidOperationException(
            $"The column '{column.Name}' scores a class '{name}' that the label column does not have."))];
    }

    /// <summary>Adds up rows.</summary>
    private sealed class Tally(int classes, int topK)
    {
        private readonly int[,] _confusion = new int[classes, classes];
        private readonly (int Rows, double Confidence, int Right)[] _bins = new (int, double, int)[CalibrationBin.Count];
        private readonly List<Mistake> _mistakes = [];
        private readonly (int Rows, int Right)[] _byClass = new (int, int)[classes];
        private int _rows;
        private int _topK;
        private int _unscored;
        private double _lossSum;
        private bool _probabilities = true;

        public void Add(int row, int label, float[] scores)
        {
            _rows++;
            _byClass[label].Rows++;
            if (Array.Exists(scores, float.IsNaN))
            {
                _unscored++;
                return;
            }

            var predicted = Array.IndexOf(scores, scores.Max());
            _confusion[label, predicted]++;
            var before = scores.Index().Count(s => s.Item > scores[label] || (s.Item == scores[label] && s.Index < label));
            _topK += before < topK ? 1 : 0;
            var right = predicted == label;
            if (right)
                _byClass[label].Right++;
            else
                _mistakes.Add(new Mistake(row, label, predicted, scores[predicted]));

            _probabilities &= scores.Min() >= 0 && Math.Abs(scores.Sum() - 1) < 1e-3;
            _lossSum -= Math.Log(Math.Max(LeastProbability, scores[label]));
            var bin = Math.Clamp((int)(scores[predicted] * CalibrationBin.Count), 0, CalibrationBin.Count - 1);
            _bins[bin] = (_bins[bin].Rows + 1, _bins[bin].Confidence + scores[predicted], _bins[bin].Right + (right ? 1 : 0));
        }

        public TrialResult Fill(TrialResult trial, int worstMistakes) => trial with
        {
            TestRows = _rows,
            UnscoredRows = _unscored,
            Accuracy = (double)_byClass.Sum(c => c.Right) / _rows,
            MacroAccuracy = _byClass.Where(c => c.Rows > 0).Average(c => (double)c.Right / c.Rows),
            TopKAccuracy = (double)_topK / _rows,
            LogLoss = _probabilities && _unscored == 0 ? _lossSum / _rows : null,
            Confusion =
            [
                .. from label in Enumerable.Range(0, classes)
                   from predicted in Enumerable.Range(0, classes)
                   where _confusion[label, predicted] > 0
                   select new ConfusionCount(label, predicted, _confusion[label, predicted]),
            ],
            Calibration = _probabilities && _unscored == 0 ? [.. _bins.Select(b => new CalibrationBin(b.Rows, Math.Round(b.Confidence, 6), b.Right))] : [],
            Mistakes = [.. _mistakes.OrderByDescending(m => m.Confidence).ThenBy(m => m.Row).Take(worstMistakes)],
        };
    }
}
