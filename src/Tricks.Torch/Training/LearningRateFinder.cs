using Tricks.Torch.Data;
using Tricks.Torch.Runtime;
using Tricks.Torch.Schedules;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Training;

/// <summary>The learning-rate range test: a short training with a rising rate shows which rates train and which diverge (Smith, arXiv:1506.01186).</summary>
public static class LearningRateFinder
{
    private const double Smoothing = 0.95;
    private const double Diverged = 4; // times the smallest smoothed loss

    /// <summary>Runs the test. It ends early when the loss has risen to four times its smallest value or is not finite.</summary>
    /// <param name="network">Initialised as for training; its weights and buffers are the same after the test as before.</param>
    /// <param name="training">The images to learn from.</param>
    /// <param name="options">As for <see cref="TrainingLoop"/>; the schedule of its recipe is not used.</param>
    /// <param name="from">The first rate, greater than 0.</param>
    /// <param name="to">The last rate, greater than <paramref name="from"/>.</param>
    /// <param name="steps">At least 20.</param>
    /// <param name="cancellationToken">Ends the test within one step.</param>
    /// <exception cref="ArgumentException">Options are out of range or do not fit the data; all faults are listed.</exception>
    public static LearningRateCurve Run(
        Module<Tensor, Tensor> network,
        ImageDataset training,
        TrainingLoopOptions options,
        double from = 1e-5,
        double to = 10,
        int steps = 100,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(options);
        if (!(from > 0 && to > from && double.IsFinite(to)))
            throw new ArgumentOutOfRangeException(nameof(from), from, $"The rates run from {from} to {to}; they must satisfy 0 < from < to < infinity. Usual are 1e-5 and 10.");
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 20);
        options.Validate(training.Count);

        using var weights = new BestWeights(network);
        weights.Offer(epoch: 1, metrics: null);
        try
        {
            return new LearningRateCurve(Points(network, training, options, new RangeTestSchedule(from, to, steps), cancellationToken));
        }
        finally
        {
            weights.Restore();
        }
    }

    private static List<(double Rate, double Loss)> Points(
        Module<Tensor, Tensor> network, ImageDataset training, TrainingLoopOptions options, RangeTestSchedule schedule, CancellationToken cancellationToken)
    {
        var (recipe, preprocessing) = (options.Recipe, options.Preprocessing);
        var transform = new TrainingTransform(recipe.Augmentation ?? Augmentation.For(preprocessing.ImageSize), preprocessing);
        var scale = recipe.PeakLearningRate / recipe.LearningRate; // linear scaling
        var scaled = schedule with { From = schedule.From * scale, To = schedule.To * scale };
        MemoryFormat.ToChannelsLast(network);
        using var fineTuning = new FineTuning(network, recipe);
        fineTuning.Begin(epoch: 0);
        using var step = new TrainingStep(network, recipe with { DistillationWeight = 0, EmaDecay = 0 }, training.ClassNames.Count, 1, options.Seed, options.Device, schedule: scaled);
        using var loader = new BatchLoader(training, recipe.BatchSize, preprocessing.ImageSize, preprocessing.Channels, options.Workers);
        var epochs = (schedule.Steps / BatchPlan.StepsPerEpoch(training.Count, recipe.BatchSize)) + 1;
        var plan = Enumerable.Range(0, (int)epochs).SelectMany(epoch => BatchPlan.Shuffled(training.Count, recipe.BatchSize, options.Seed, epoch))
            .Take((int)schedule.Steps).ToList();

        var points = new List<(double Rate, double Loss)>();
        var (average, lowest) = (0.0, double.PositiveInfinity);
        foreach (var batch in loader.BatchesOfSize(plan, View, preprocessing.ImageSize, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            average = (Smoothing * average) + ((1 - Smoothing) * step.Run(batch, points.Count));
            var smoothed = average / (1 - Math.Pow(Smoothing, points.Count + 1));
            if (!double.IsFinite(smoothed) || smoothed > Diverged * lowest)
                break;
            lowest = Math.Min(lowest, smoothed);
            points.Add((schedule.At(points.Count), smoothed));
        }

        return points;

        void View(int row, long place, Span<float> target) =>
            training.ReadView(row, transform, SeededRandom.For(options.Seed, RandomPurpose.Augmentation, 0, place), target);
    }
}
