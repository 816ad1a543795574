using TorchSharp.Modules;
using Tricks.Torch.Data;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using Tricks.Torch.Schedules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.SelfSupervised;

/// <summary>A linear classifier on features that stay as they are: how well a pretraining separates the classes (SimCLR §2.3).</summary>
/// <remarks>Features are standardised by the mean and deviation of the training rows. Nesterov momentum 0.9, cosine, cross entropy.</remarks>
public sealed class LinearProbe
{
    private readonly float[] _weight; // (classes, dimensions)
    private readonly float[] _bias;
    private readonly int _dimensions;

    private LinearProbe(float[] weight, float[] bias) => (_weight, _bias, _dimensions) = (weight, bias, weight.Length / bias.Length);

    /// <summary>Trains a probe.</summary>
    /// <param name="training">Features with labels of at least two classes.</param>
    /// <param name="options">Defaults when null.</param>
    /// <exception cref="ArgumentException">Options are out of range, or there is one class only.</exception>
    public static LinearProbe Fit(ImageFeatures training, LinearProbeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        options ??= new LinearProbeOptions();
        List<string> faults = [.. options.Faults()];
        if (training.Labels.Distinct().Count() < 2)
            faults.Add($"The {training.Count} training rows are of one class; a classifier needs at least 2.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(Environment.NewLine, faults));

        using var scope = NewDisposeScope();
        var h = training.ToTensor();                                            // (N, D)
        var (mean, deviation) = (h.mean([0]), h.std(0, unbiased: false));       // (D)
        deviation = where(deviation.gt(tensor(1e-12f)), deviation, ones_like(deviation)); // a dead feature stays 0
        using var classifier = Linear(training.Dimensions, training.Classes);
        Train(classifier, (h - mean) / deviation, training.LabelTensor(), options);

        // W (h - mean) / deviation + b as one linear map.
        using var noGradient = no_grad();
        var weight = classifier.weight / deviation;                             // (K, D)
        var bias = classifier.bias! - weight.matmul(mean);                      // (K)
        return new LinearProbe(weight.contiguous().data<float>().ToArray(), bias.data<float>().ToArray());
    }

    /// <summary>The probability of each class.</summary>
    /// <param name="features">Of the same network; their labels are not read.</param>
    /// <returns>(rows, classes), row by row.</returns>
    /// <exception cref="ArgumentException">The features have another length.</exception>
    public float[] Scores(ImageFeatures features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Dimensions != _dimensions)
            throw new ArgumentException($"The rows have {features.Dimensions} features, the probe was trained on {_dimensions}; both must come from the same network.", nameof(features));
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var weight = tensor(_weight, [_bias.Length, _dimensions]);
        var logits = features.ToTensor().matmul(weight.t()).Plus(tensor(_bias)); // (N, K)
        return logits.softmax(1).contiguous().data<float>().ToArray();
    }

    /// <summary>The share of rows whose label has the highest probability.</summary>
    public double Accuracy(ImageFeatures features) =>
        features is null ? throw new ArgumentNullException(nameof(features)) : features.Accuracy(Scores(features));

    private static void Train(Linear classifier, Tensor h, Tensor labels, LinearProbeOptions options)
    {
        init.zeros_(classifier.weight); // convex, so any start will do; this one needs no seed
        init.zeros_(classifier.bias);
        var rows = (int)h.shape[0];
        var batchSize = Math.Min(options.BatchSize, rows);
        var steps = BatchPlan.StepsPerEpoch(rows, batchSize);
        var schedule = new CosineSchedule(options.LearningRate, (long)options.Epochs * steps);
        using var optimizer = new Sgd(ParameterGroups.Of(classifier), options.WeightDecay);
        var step = 0L;
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            foreach (var batch in BatchPlan.Shuffled(rows, batchSize, options.Seed, epoch))
            {
                using var scope = NewDisposeScope();
                var index = tensor(batch.Select(row => (long)row).ToArray());
                functional.cross_entropy(classifier.call(h.index_select(0, index)), labels.index_select(0, index)).backward();
                optimizer.Step(schedule.At(step++));
            }
        }
    }
}
