using System.Globalization;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

/// <summary>Ten labels a class: a network from scratch against the same network after SimCLR, everything else equal.</summary>
/// <remarks>
/// Learning rate and the head's share of it are chosen per seed and arm, out of the same values, on 1,000 training images outside
/// the labelled ones; what is reported is the choice's accuracy on the test images. Weights are those of the last epoch, so no images choose an epoch.
/// </remarks>
internal sealed class FewLabels(ImageDataset train, ImageDataset test, Architecture architecture, Preprocessing preprocessing)
{
    private static readonly (double Rate, double HeadRateFactor)[] Choices =
        [(0.003, 1), (0.01, 1), (0.03, 1), (0.1, 1), (0.3, 1), (0.003, 10), (0.01, 10), (0.03, 10)];

    public required SimClrRecipe Pretrain { get; init; }

    public required TrainingRecipe FineTuning { get; init; }

    public int LabelsPerClass { get; init; } = 10;

    /// <summary>Prints the test accuracies of one seed. The pretraining's checkpoints go into the folder, and an interrupted one goes on from there.</summary>
    public void Run(int seed, string folder)
    {
        using var encoder = Pretraining.Run(architecture, train, test, Pretrain, preprocessing, seed, Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"seed-{seed}")));
        var (others, few) = Split((double)LabelsPerClass * train.ClassNames.Count / train.Count, train, seed);
        var (_, validation) = Split(1000.0 / others.Count, others, seed);
        var scratch = Best("scratch", few, validation, seed, null);
        var pretrained = Best("SimCLR", few, validation, seed, InitialWeights.FromNetwork(encoder, architecture));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: from scratch {scratch:f4}, after SimCLR {pretrained:f4}"));
    }

    /// <summary>The test accuracy with the rates that are best on the validation images.</summary>
    private double Best(string arm, ImageDataset few, ImageDataset validation, int seed, InitialWeights? start)
    {
        var (best, accuracy) = (-1.0, 0.0);
        foreach (var (rate, headFactor) in Choices)
        {
            using var network = architecture.Build(few.ClassNames.Count, preprocessing.Channels, preprocessing.ImageSize);
            XavierInitialisation.Apply(network, seed);
            start?.LoadInto(network, architecture, few.ClassNames.Count);
            var recipe = FineTuning with { LearningRate = rate, HeadRateFactor = headFactor };
            using (var loop = new TrainingLoop(network, few, null, new TrainingLoopOptions { Recipe = recipe, Preprocessing = preprocessing, Seed = seed }))
                loop.Run();
            var chosen = Accuracy(network, validation);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {arm} rate {rate}, head x{headFactor}: validation {chosen:f4}"));
            if (chosen > best)
                (best, accuracy) = (chosen, Accuracy(network, test));
        }

        return accuracy;
    }

    private static (ImageDataset Others, ImageDataset Part) Split(double fraction, ImageDataset data, int seed)
    {
        var (rest, part) = StratifiedSplit.By(data.Labels, fraction, seed);
        return (data.Subset(rest), data.Subset(part));
    }

    private double Accuracy(Module<Tensor, Tensor> network, ImageDataset data)
    {
        using var evaluation = new Evaluation(data, preprocessing, 256);
        return evaluation.Run(network, CPU).Accuracy;
    }
}
