// Eight images of two classes, one epoch in batches of four: two training steps with the packages as published.

using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet;
using Tricks.Torch.Models;
using Tricks.Torch.Training;

var mlContext = new MLContext(seed: 1);
var rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(i => new Row
{
    Label = i % 2 == 0 ? "dark" : "bright",
    Pixels = [.. Enumerable.Repeat(i % 2 == 0 ? 20f + i : 200f + i, 16 * 16)],
}));

var model = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.MulticlassClassification.Trainers.ConvNet(new ConvNetTrainer.Options
    {
        ImageColumnName = nameof(Row.Pixels),
        Architecture = Architecture.CifarResNet(8, ResNetVariant.D),
        ImageSize = 16,
        Channels = 1,
        Recipe = TrainingRecipe.ShortBagOfTricks with { Epochs = 1, BatchSize = 4 },
        ValidationFraction = 0,
        Progress = new ConsoleProgress(),
    }))
    .Fit(rows);

var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(rows));
Console.WriteLine($"trained two steps from the packages: log-loss {metrics.LogLoss:f4}");
return double.IsFinite(metrics.LogLoss) ? 0 : 1;

internal sealed class Row
{
    public string Label { get; set; } = "";

    [VectorType(16 * 16)]
    public float[] Pixels { get; set; } = [];
}
