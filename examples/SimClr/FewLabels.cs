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
/// The learning rate of each arm is chosen per seed on 1,000 training images outside the labelled ones; the test images are
/// read once, with the chosen rate. Weights are those of the last epoch, so no images choose an epoch.
/// </remarks>
internal sealed class FewLabels(ImageDataset train, ImageDataset test, Architecture architecture, Preprocessing preprocessing)
{
    private static readonly double[] Rates = [0.01, 0.03, 0.1, 0.3];

    public required SimClrRecipe Pretraining { get; init; }

    public required TrainingRecipe FineTuning { get; init; }

    public int LabelsPerClass { get; init; } = 10;

    /// <summary>Test accuracies of one seed.</summary>
    public (double Scratch, double Pretrained) Run(int seed)
    {
        using var encoder = architecture.Build(1, preprocessing.Channels, preprocessing.ImageSize);
        XavierInitialisation.Apply(encoder, seed);
        var source = new ImagesInMemory([.. Enumerable.Range(0, train.Count).Select(train.Read)]);
        var probe = new OnlineProbe(train, test) { EveryEpochs = 4 };
        using (var loop = new SimClrLoop(encoder, source, new SimClrLoopOptions { Recipe = Pretraining, Preprocessing = preprocessing, Seed = seed, Probe = probe }))
            loop.Run(new SimClrConsoleProgress());
        var perClass = train.Count / train.ClassNames.Count;
        var (rest, labelled) = StratifiedSplit.By(train.Labels, (double)LabelsPerClass / perClass, seed);
        var few = train.Subset(labelled);
        var others = train.Subset(rest);
        var (_, chooser) = StratifiedSplit.By(others.Labels, 1000.0 / others.Count, seed);
        var validation = others.Subset(chooser);

        var scratch = Best(few, validation, seed, null);
        var pretrained = Best(few, validation, seed, InitialWeights.FromNetwork(encoder, architecture));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: from scratch {scratch:f4}, after SimCLR {pretrained:f4}"));
        return (scratch, pretrained);
    }

    /// <summary>The test accuracy at the rate that is best on the validation images.</summary>
    private double Best(ImageDataset few, ImageDataset validation, int seed, InitialWeights? start)
    {
        var (best, accuracy) = (-1.0, 0.0);
        foreach (var rate in Rates)
        {
            using var network = architecture.Build(few.ClassNames.Count, preprocessing.Channels, preprocessing.ImageSize);
            XavierInitialisation.Apply(network, seed);
            start?.LoadInto(network, architecture, few.ClassNames.Count);
            using (var loop = new TrainingLoop(network, few, null, new TrainingLoopOptions { Recipe = FineTuning with { LearningRate = rate }, Preprocessing = preprocessing, Seed = seed }))
                loop.Run();
            var chosen = Accuracy(network, validation);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {(start is null ? "scratch" : "SimCLR ")} rate {rate}: validation {chosen:f4}"));
            if (chosen > best)
                (best, accuracy) = (chosen, Accuracy(network, test));
        }

        return accuracy;
    }

    private double Accuracy(Module<Tensor, Tensor> network, ImageDataset data)
    {
        using var evaluation = new Evaluation(data, preprocessing, 256);
        return evaluation.Run(network, CPU).Accuracy;
    }
}
