using Microsoft.ML;
using Tricks.MLNet.Experiments;
using Tricks.MLNet.Tests.Trainer;
using Tricks.Torch.Training;

namespace Tricks.MLNet.Tests.Experiments;

/// <summary>Striped images with keys as labels, and candidates that train on them in a fraction of a second.</summary>
internal sealed class ComparedStripes : IDisposable
{
    private readonly StripeFolder _folder;

    public ComparedStripes(int perClass = 12)
    {
        _folder = new StripeFolder(perClass);
        Texts = Context.Data.LoadFromImageFolder(_folder.Path);
        Rows = Context.Transforms.Conversion.MapValueToKey("Label").Fit(Texts).Transform(Texts);
    }

    public MLContext Context { get; } = new(seed: 1);

    /// <summary>ImagePath, and Label as text.</summary>
    public IDataView Texts { get; }

    /// <summary>ImagePath, and Label as a key.</summary>
    public IDataView Rows { get; }

    public static TrainerCandidate Network(string name, Func<TrainingRecipe, TrainingRecipe>? change = null, int seedOffset = 0) => new(name, context =>
    {
        var options = StripeFolder.Options();
        options.Seed = null; // the trial's
        options.ValidationFraction = 0.25;
        options.Recipe = options.Recipe with { Epochs = 1 };
        options.Recipe = change?.Invoke(options.Recipe) ?? options.Recipe;
        return context.MulticlassClassification.Trainers.ConvNet(options);
    })
    {
        SeedOffset = seedOffset,
    };

    /// <summary>ML.NET's own trainer on pixels.</summary>
    public static TrainerCandidate Linear(string name = "linear") => new(name, context => context.Transforms.LoadImages("Image", null, "ImagePath")
        .Append(context.Transforms.ResizeImages("Image", StripeFolder.Size, StripeFolder.Size)) // which declares the size
        .Append(context.Transforms.ExtractPixels("Pixels", "Image"))
        .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(featureColumnName: "Pixels", historySize: 2)));

    public static TrainerCandidate Failing(string name = "failing") => Network(name, r => r with { Epochs = 3, LearningRate = 1e30, WarmupEpochs = 0 });

    public TrainerComparison Compare(ComparisonOptions options, params IReadOnlyList<TrainerCandidate> candidates) =>
        Context.MulticlassClassification.CompareTrainers(Rows, candidates, options);

    public void Dispose() => _folder.Dispose();
}
