using System.Globalization;
using Microsoft.ML;
using Tricks.MLNet;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;

namespace FineTune;

/// <summary>What RESULTS.md shows; each prints its table in Markdown.</summary>
internal static class Experiments
{
    private static readonly string[] SourceClasses = ["T-shirt/top", "Trouser", "Dress", "Sandal", "Sneaker", "Bag"];
    private static readonly string[] TargetClasses = ["Pullover", "Coat", "Shirt", "Ankle boot"];
    private static readonly double[] Rates = [0.003, 0.01, 0.03, 0.1, 0.3];

    private static readonly TrainingRecipe Pretraining = TrainingRecipe.ShortBagOfTricks with { Epochs = 12, LearningRate = 0.2 };
    private static readonly TrainingRecipe Few = TrainingRecipe.FineTune with { Epochs = 15, BatchSize = 16, Augmentation = Augmentation.SmallImage };

    private static readonly (string Name, bool Pretrained, TrainingRecipe Recipe)[] Ways =
    [
        ("from scratch", false, Few with { HeadRateFactor = 1 }),
        ("whole network, head 1x", true, Few with { HeadRateFactor = 1 }),
        ("whole network, head 10x", true, Few),
        ("frozen backbone, head 10x", true, Few with { FreezeBackbone = true }),
        ("head first for 5 epochs, then all at a tenth", true, Few with { HeadFirstEpochs = 5 }),
        ("rates halved from stage to stage, head 10x", true, Few with { LayerRateDecay = 0.5 }),
    ];

    /// <summary>Pretrained on six classes, then trained on 20 images of each of the other four; 20 further ones choose the rate.</summary>
    public static void OtherClasses(FashionMnist data, int seeds)
    {
        var network = new Network(ImageSize: 28, Channels: 1, ImageColumn: "Image");
        var sweep = new RateSweep();
        for (var seed = 1; seed <= seeds; seed++)
        {
            var context = new MLContext(seed);
            using var source = network.Train(context, data.Train(context, SourceClasses, 0, 600), Pretraining);
            var (train, validation) = (data.Few(context, TargetClasses, seed, skip: 0, take: 20), data.Few(context, TargetClasses, seed, skip: 20, take: 20));
            Run(sweep, Ways, Rates, network, context, source, train, validation, data.Test(context, TargetClasses));
        }

        sweep.Print();
    }

    /// <summary>Pretrained on 200 images of each embedded class (gray), then trained on the folder's images; a third of those for training chooses the rate.</summary>
    public static void Folder(string folder, FashionMnist data, int seeds)
    {
        var sweep = new RateSweep();
        for (var seed = 1; seed <= seeds; seed++)
        {
            var context = new MLContext(seed);
            using var source = new Network(32, Channels: 3, "Image").Train(context, data.Train(context, FashionMnist.ClassNames, 0, 200), Pretraining);
            var (known, test) = FolderData.Split(context, folder, seed);
            var split = context.Data.TrainTestSplit(known, testFraction: 1.0 / 3, seed: seed);
            Run(sweep, Ways[..4], Rates[1..4], new Network(32, Channels: 3, "ImagePath"), context, source, split.TrainSet, split.TestSet, test);
        }

        sweep.Print();
    }

    /// <summary>Three classes that the pretrained network knows, under other names, with 5 images each: their rows against a fresh head.</summary>
    public static void ReusedRows(FashionMnist data, int seeds)
    {
        var network = new Network(ImageSize: 28, Channels: 1, ImageColumn: "Image");
        string[] classes = ["Coat", "Shirt", "Ankle boot"];
        // A float32 holds this rate as 0: the network is tested as training finds it.
        var untouched = Few with { Epochs = 1, BatchSize = 5, LearningRate = 1e-60, FreezeBackbone = true, Augmentation = Augmentation.None };
        var trained = Few with { Epochs = 5, BatchSize = 5 };
        var accuracies = new Dictionary<(string, string), List<double>>();
        for (var seed = 1; seed <= seeds; seed++)
        {
            var context = new MLContext(seed);
            using var source = network.Train(context, data.Train(context, FashionMnist.ClassNames, 0, 500), Pretraining);
            var (train, test) = (data.Few(context, classes, seed, skip: 0, take: 5, from: 500), data.Test(context, classes));
            // <snippet headrows>
            var weights = InitialWeights.FromNetwork(source.Model.Network, source.Architecture);
            var rows = classes.ToDictionary(name => name, name => source.ClassNames.ToList().IndexOf(name));
            using var reused = network.Train(context, train, trained, weights, headRows: rows);
            // </snippet>
            using var reusedBefore = network.Train(context, train, untouched, weights, headRows: rows);
            // Without rows the head begins afresh, for the pretrained one has ten classes and this one three.
            using var freshBefore = network.Train(context, train, untouched, weights);
            using var fresh = network.Train(context, train, trained, weights);
            Add(accuracies, "reused rows", "epoch 0", Network.Accuracy(reusedBefore, context, test));
            Add(accuracies, "reused rows", "epoch 5", Network.Accuracy(reused, context, test));
            Add(accuracies, "fresh head", "epoch 0", Network.Accuracy(freshBefore, context, test));
            Add(accuracies, "fresh head", "epoch 5", Network.Accuracy(fresh, context, test));
        }

        Print(accuracies);
    }

    /// <summary>The images of <see cref="OtherClasses"/>, with ML.NET's SDCA and LightGBM on the features of the pretrained network.</summary>
    public static void Features(FashionMnist data, int seeds)
    {
        var network = new Network(ImageSize: 28, Channels: 1, ImageColumn: "Image");
        var accuracies = Table();
        for (var seed = 1; seed <= seeds; seed++)
        {
            var mlContext = new MLContext(seed);
            using var model = network.Train(mlContext, data.Train(mlContext, SourceClasses, 0, 600), Pretraining);
            var (train, test) = (data.Few(mlContext, TargetClasses, seed, skip: 0, take: 20), data.Test(mlContext, TargetClasses));
            // <snippet features>
            var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
                .Append(mlContext.Transforms.ConvNetFeatures(model)) // adds the column Features
                .Append(mlContext.Transforms.NormalizeMeanVariance("Features"))
                .AppendCacheCheckpoint(mlContext) // SDCA reads its rows hundreds of times, and without it each time runs the network
                .Append(mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy());
            // </snippet>
            var sdca = mlContext.MulticlassClassification.Evaluate(pipeline.Fit(train).Transform(test));
            var lightGbm = mlContext.Transforms.Conversion.MapValueToKey("Label")
                .Append(mlContext.Transforms.ConvNetFeatures(model))
                .Append(mlContext.MulticlassClassification.Trainers.LightGbm(minimumExampleCountPerLeaf: 5)); // its 20 are a class's all
            var boosted = mlContext.MulticlassClassification.Evaluate(lightGbm.Fit(train).Transform(test));
            Add(accuracies, "SDCA on features", "test accuracy", sdca.MicroAccuracy);
            Add(accuracies, "LightGBM on features", "test accuracy", boosted.MicroAccuracy);
        }

        Print(accuracies);
    }

    /// <summary>Time of an epoch with its validation: the whole network, and the head on kept features.</summary>
    public static void Speed(FashionMnist data)
    {
        var network = new Network(ImageSize: 28, Channels: 1, ImageColumn: "Image");
        var context = new MLContext(seed: 1);
        var rows = data.Train(context, FashionMnist.ClassNames, 0, 300);
        var recipe = TrainingRecipe.FineTune with { Epochs = 4, Augmentation = Augmentation.None };
        using var source = network.Train(context, data.Train(context, FashionMnist.ClassNames, 300, 60), recipe);
        foreach (var (name, itsRecipe) in new[] { ("whole network", recipe), ("frozen backbone, features kept", recipe with { FreezeBackbone = true }) })
        {
            var times = new EpochTimes();
            network.Train(context, rows, itsRecipe, source, progress: times).Dispose();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", times.Seconds.Select(s => s.ToString("f4", CultureInfo.InvariantCulture)))} |"));
        }
    }

    private static void Run(
        RateSweep sweep,
        (string Name, bool Pretrained, TrainingRecipe Recipe)[] ways,
        double[] rates,
        Network network,
        MLContext context,
        ImageScoringTransformer source,
        IDataView train,
        IDataView validation,
        IDataView test)
    {
        foreach (var (name, pretrained, recipe) in ways)
        {
            foreach (var rate in rates)
            {
                using var model = network.Train(context, train, recipe with { LearningRate = rate }, pretrained ? source.ToInitialWeights() : null);
                sweep.Add(name, rate, Network.Accuracy(model, context, validation), Network.Accuracy(model, context, test));
            }
        }
    }

    private static Dictionary<(string, string), List<double>> Table() => [];

    private static void Add(Dictionary<(string, string), List<double>> accuracies, string row, string column, double accuracy)
    {
        if (!accuracies.TryGetValue((row, column), out var list))
            accuracies[(row, column)] = list = [];
        list.Add(accuracy);
        Console.Error.WriteLine($"{row}, {column}: {accuracy.ToString("f4", CultureInfo.InvariantCulture)}");
    }

    /// <summary>Mean and sample standard deviation of each cell, rows and columns in the order in which they came.</summary>
    private static void Print(Dictionary<(string Row, string Column), List<double>> accuracies)
    {
        var columns = accuracies.Keys.Select(key => key.Column).Distinct().ToList();
        Console.WriteLine($"| n = {accuracies.Values.First().Count} | {string.Join(" | ", columns)} |");
        Console.WriteLine($"|---|{string.Concat(columns.Select(_ => "---|"))}");
        foreach (var row in accuracies.Keys.Select(key => key.Row).Distinct())
            Console.WriteLine($"| {row} | {string.Join(" | ", columns.Select(column => RateSweep.Cell(accuracies[(row, column)])))} |");
    }

    private sealed class EpochTimes : IProgress<EpochResult>
    {
        public List<double> Seconds { get; } = [];

        public void Report(EpochResult value) => Seconds.Add((value.TrainingTime + value.ValidationTime).TotalSeconds);
    }
}
