using System.Globalization;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;
using static TorchSharp.torch;

/// <summary>The source's comparison: a network from scratch, and the same after SimCLR, both trained as a whole on all labels.</summary>
internal sealed class SupervisedComparison(ImageDataset train, ImageDataset test, Architecture architecture, Preprocessing preprocessing)
{
    public required SimClrRecipe Pretrain { get; init; }

    public required TrainingRecipe Training { get; init; }

    /// <summary>Writes curves.csv (arm, epoch, train and test accuracy) into a folder.</summary>
    public void Run(int seed, string folder)
    {
        Directory.CreateDirectory(folder);
        using var encoder = Pretraining.Run(architecture, train, test, Pretrain, preprocessing, seed, Path.Combine(folder, "checkpoints"));
        List<string> lines = ["arm,epoch,train,test"];
        Train("scratch", seed, null, lines);
        Train("simclr", seed, InitialWeights.FromNetwork(encoder, architecture), lines);
        File.WriteAllLines(Path.Combine(folder, "curves.csv"), lines);
    }

    private void Train(string arm, int seed, InitialWeights? start, List<string> lines)
    {
        using var network = architecture.Build(train.ClassNames.Count, preprocessing.Channels, preprocessing.ImageSize);
        XavierInitialisation.Apply(network, seed);
        start?.LoadInto(network, architecture, train.ClassNames.Count);
        using var onTrain = new Evaluation(train, preprocessing, 256);
        using var onTest = new Evaluation(test, preprocessing, 256);
        using var loop = new TrainingLoop(network, train, null, new TrainingLoopOptions { Recipe = Training, Preprocessing = preprocessing, Seed = seed });
        loop.Run(new Curve(epoch =>
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{arm},{epoch},{onTrain.Run(network, CPU).Accuracy:f4},{onTest.Run(network, CPU).Accuracy:f4}"));
            Console.WriteLine(lines[^1]);
        }));
    }

    private sealed class Curve(Action<int> after) : IProgress<EpochResult>
    {
        public void Report(EpochResult value) => after(value.Epoch);
    }
}
