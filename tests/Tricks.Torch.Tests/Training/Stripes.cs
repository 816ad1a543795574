using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Training;

/// <summary>A data set that a tiny network learns in seconds: 16 x 16 gray noise with vertical, horizontal or no stripes.</summary>
internal static class Stripes
{
    public const int Size = 16;

    public static readonly string[] ClassNames = ["vertical", "horizontal", "none"];

    public static readonly Architecture Architecture = Architecture.CifarResNet(8, ResNetVariant.D);

    public static readonly Preprocessing Preprocessing = Preprocessing.ImageNet(Size, channels: 1);

    /// <summary>A recipe of two epochs with every trick of the bag on.</summary>
    public static readonly TrainingRecipe Recipe =
        TrainingRecipe.BagOfTricks with { Epochs = 2, BatchSize = 16, LearningRate = 0.5 };

    public static ImageDataset Images(int count, int first = 0) => new(
        Source(count, first), [.. Enumerable.Range(0, count).Select(i => i % 3)], ClassNames);

    public static IImageSource Source(int count, int first = 0) =>
        new ImagesInMemory([.. Enumerable.Range(0, count).Select(i => Image(first + i, i % 3))]);

    /// <summary>A network with the weights of seed 1, as the trainer makes it.</summary>
    public static Module<Tensor, Tensor> Network(bool zeroGamma = true)
    {
        var network = Architecture.Build(ClassNames.Length, inputChannels: 1, Size);
        XavierInitialisation.Apply(network, seed: 1);
        if (zeroGamma)
            ZeroGamma.Apply(network);
        return network;
    }

    public static TrainingLoopOptions Options(TrainingRecipe? recipe = null) =>
        new() { Recipe = recipe ?? Recipe, Preprocessing = Preprocessing, Seed = 1, TopK = 2 };

    /// <summary>Trains a new network and gives a copy of its weights and buffers, in the order of the state dict.</summary>
    public static float[] TrainedWeights(
        TrainingRecipe? recipe = null, int images = 48, long seed = 1, int? workers = null, IImageSource? source = null, IReadOnlyList<Teacher>? teachers = null)
    {
        using var scope = NewDisposeScope();
        using var network = Network((recipe ?? Recipe).ZeroGamma);
        var data = source is null ? Images(images) : new ImageDataset(source, Images(images).Labels, ClassNames);
        using var loop = new TrainingLoop(network, data, null, Options(recipe) with { Seed = seed, Workers = workers, Teachers = teachers ?? [] });
        loop.Run();
        return Weights(network);
    }

    public static float[] Weights(Module<Tensor, Tensor> network)
    {
        using var scope = NewDisposeScope();
        return [.. network.state_dict().Values.SelectMany(t => t.to(ScalarType.Float32).contiguous().data<float>().ToArray())];
    }

    private static ImagePixels Image(int index, int kind)
    {
        var random = new SeededRandom(77, index);
        var values = new byte[Size * Size];
        for (var i = 0; i < values.Length; i++)
        {
            var along = kind == 0 ? i % Size : i / Size;
            var stripe = kind == 2 ? 60 : along / 2 % 2 * 120;
            values[i] = (byte)(stripe + random.NextInt32(100));
        }

        return new ImagePixels(Size, Size, 1, values);
    }
}
