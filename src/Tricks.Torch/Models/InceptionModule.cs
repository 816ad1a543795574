using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>One of Inception-v3's modules: branches beside each other, whose channels are joined (arXiv:1512.00567, Figures 5 to 7 and 10).</summary>
/// <remarks>(N, inChannels, H, W) to (N, sum of the branches' channels, H', W'). Letters and keys are torchvision's InceptionA to InceptionE.</remarks>
internal sealed class InceptionModule : NamedModule
{
    private readonly List<Func<Tensor, Tensor>[]> _branches = []; // the steps of each

    private InceptionModule()
        : base(nameof(InceptionModule))
    {
    }

    /// <summary>Figure 5: a 5x5 beside two 3x3. H stays; 224 + poolChannels channels.</summary>
    internal static InceptionModule A(int inChannels, int poolChannels)
    {
        var module = new InceptionModule();
        module.Branch(module.Unit("branch1x1", new(inChannels, 64)));
        module.Branch(module.Unit("branch5x5_1", new(inChannels, 48)), module.Unit("branch5x5_2", new(48, 64, 5, padding: 2)));
        module.Branch(
            module.Unit("branch3x3dbl_1", new(inChannels, 64)),
            module.Unit("branch3x3dbl_2", new(64, 96, 3, padding: 1)),
            module.Unit("branch3x3dbl_3", new(96, 96, 3, padding: 1)));
        module.Branch(AveragePool, module.Unit("branch_pool", new(inChannels, poolChannels)));
        return module;
    }

    /// <summary>Figure 10: H to (H - 3)/2 + 1; inChannels + 480 channels.</summary>
    internal static InceptionModule B(int inChannels)
    {
        var module = new InceptionModule();
        module.Branch(module.Unit("branch3x3", new(inChannels, 384, 3, stride: 2)));
        module.Branch(
            module.Unit("branch3x3dbl_1", new(inChannels, 64)),
            module.Unit("branch3x3dbl_2", new(64, 96, 3, padding: 1)),
            module.Unit("branch3x3dbl_3", new(96, 96, 3, stride: 2)));
        module.Branch(MaxPool);
        return module;
    }

    /// <summary>Figure 6: 7x7 convolutions as 1x7 and 7x1. H stays; 768 channels.</summary>
    internal static InceptionModule C(int inChannels, int channels)
    {
        var module = new InceptionModule();
        module.Branch(module.Unit("branch1x1", new(inChannels, 192)));
        module.Branch(
            module.Unit("branch7x7_1", new(inChannels, channels)),
            module.Unit("branch7x7_2", Wide(channels, channels, 7)),
            module.Unit("branch7x7_3", Tall(channels, 192, 7)));
        module.Branch(
            module.Unit("branch7x7dbl_1", new(inChannels, channels)),
            module.Unit("branch7x7dbl_2", Tall(channels, channels, 7)),
            module.Unit("branch7x7dbl_3", Wide(channels, channels, 7)),
            module.Unit("branch7x7dbl_4", Tall(channels, channels, 7)),
            module.Unit("branch7x7dbl_5", Wide(channels, 192, 7)));
        module.Branch(AveragePool, module.Unit("branch_pool", new(inChannels, 192)));
        return module;
    }

    /// <summary>H to (H - 3)/2 + 1; inChannels + 512 channels.</summary>
    internal static InceptionModule D(int inChannels)
    {
        var module = new InceptionModule();
        module.Branch(module.Unit("branch3x3_1", new(inChannels, 192)), module.Unit("branch3x3_2", new(192, 320, 3, stride: 2)));
        module.Branch(
            module.Unit("branch7x7x3_1", new(inChannels, 192)),
            module.Unit("branch7x7x3_2", Wide(192, 192, 7)),
            module.Unit("branch7x7x3_3", Tall(192, 192, 7)),
            module.Unit("branch7x7x3_4", new(192, 192, 3, stride: 2)));
        module.Branch(MaxPool);
        return module;
    }

    /// <summary>Figure 7: 1x3 beside 3x1. H stays; 2048 channels.</summary>
    internal static InceptionModule E(int inChannels)
    {
        var module = new InceptionModule();
        module.Branch(module.Unit("branch1x1", new(inChannels, 320)));
        module.Branch(
            module.Unit("branch3x3_1", new(inChannels, 384)),
            Beside(module.Unit("branch3x3_2a", Wide(384, 384, 3)), module.Unit("branch3x3_2b", Tall(384, 384, 3))));
        module.Branch(
            module.Unit("branch3x3dbl_1", new(inChannels, 448)),
            module.Unit("branch3x3dbl_2", new(448, 384, 3, padding: 1)),
            Beside(module.Unit("branch3x3dbl_3a", Wide(384, 384, 3)), module.Unit("branch3x3dbl_3b", Tall(384, 384, 3))));
        module.Branch(AveragePool, module.Unit("branch_pool", new(inChannels, 192)));
        return module;
    }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        var outputs = _branches.Select(steps => steps.Aggregate(input, (x, step) => step(x))).ToList();
        return cat(outputs, 1).MoveToOuterDisposeScope();       // (N, outChannels, H', W')
    }

    private void Branch(params Func<Tensor, Tensor>[] steps) => _branches.Add(steps);

    private Func<Tensor, Tensor> Unit(string key, ConvNorm unit) => Add(key, unit).call;

    private static ConvNorm Wide(int inChannels, int outChannels, int length) =>
        new(inChannels, outChannels, (1, length), (0, (length - 1) / 2));

    private static ConvNorm Tall(int inChannels, int outChannels, int length) =>
        new(inChannels, outChannels, (length, 1), ((length - 1) / 2, 0));

    private static Func<Tensor, Tensor> Beside(Func<Tensor, Tensor> one, Func<Tensor, Tensor> other) => x => cat([one(x), other(x)], 1);

    // The zeros around the image count, as in torchvision.
    private static Tensor AveragePool(Tensor x) => functional.avg_pool2d(x, 3, stride: 1, padding: 1);

    private static Tensor MaxPool(Tensor x) => functional.max_pool2d(x, 3, stride: 2);
}
