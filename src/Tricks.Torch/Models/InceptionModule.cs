using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>One of Inception-v3's modules: branches beside each other, whose channels are joined (arXiv:1512.00567, Figures 5 to 7 and 10).</summary>
/// <remarks>
/// (N, inChannels, H, W) to (N, OutChannels, H', W'), OutChannels being the sum of the branches' channels. Letters and keys are
/// torchvision's InceptionA to InceptionE. Channels in this file are those of width 1; inChannels are as they are.
/// </remarks>
internal sealed class InceptionModule : NamedModule
{
    private readonly int _inChannels;
    private readonly double _width;
    private readonly List<Branch> _branches = [];

    private InceptionModule(int inChannels, double width)
        : base(nameof(InceptionModule)) => (_inChannels, _width) = (inChannels, width);

    /// <summary>Channels of all branches together.</summary>
    internal int OutChannels => _branches.Sum(branch => branch.Channels);

    /// <summary>Figure 5: a 5x5 beside two 3x3. H stays; at width 1, 224 + poolChannels channels.</summary>
    internal static InceptionModule A(int inChannels, int poolChannels, double width)
    {
        var module = new InceptionModule(inChannels, width);
        module.Begin().Unit("branch1x1", 64);
        module.Begin().Unit("branch5x5_1", 48).Unit("branch5x5_2", 64, 5, padding: 2);
        module.Begin().Unit("branch3x3dbl_1", 64).Unit("branch3x3dbl_2", 96, 3, padding: 1).Unit("branch3x3dbl_3", 96, 3, padding: 1);
        module.Begin().AveragePool().Unit("branch_pool", poolChannels);
        return module;
    }

    /// <summary>Figure 10: H to (H - 3)/2 + 1; at width 1, inChannels + 480 channels.</summary>
    internal static InceptionModule B(int inChannels, double width)
    {
        var module = new InceptionModule(inChannels, width);
        module.Begin().Unit("branch3x3", 384, 3, stride: 2);
        module.Begin().Unit("branch3x3dbl_1", 64).Unit("branch3x3dbl_2", 96, 3, padding: 1).Unit("branch3x3dbl_3", 96, 3, stride: 2);
        module.Begin().MaxPool();
        return module;
    }

    /// <summary>Figure 6: 7x7 convolutions as 1x7 and 7x1. H stays; at width 1, 768 channels.</summary>
    internal static InceptionModule C(int inChannels, int middleChannels, double width)
    {
        var module = new InceptionModule(inChannels, width);
        module.Begin().Unit("branch1x1", 192);
        module.Begin().Unit("branch7x7_1", middleChannels).Wide("branch7x7_2", middleChannels, 7).Tall("branch7x7_3", 192, 7);
        module.Begin().Unit("branch7x7dbl_1", middleChannels)
            .Tall("branch7x7dbl_2", middleChannels, 7).Wide("branch7x7dbl_3", middleChannels, 7)
            .Tall("branch7x7dbl_4", middleChannels, 7).Wide("branch7x7dbl_5", 192, 7);
        module.Begin().AveragePool().Unit("branch_pool", 192);
        return module;
    }

    /// <summary>H to (H - 3)/2 + 1; at width 1, inChannels + 512 channels.</summary>
    internal static InceptionModule D(int inChannels, double width)
    {
        var module = new InceptionModule(inChannels, width);
        module.Begin().Unit("branch3x3_1", 192).Unit("branch3x3_2", 320, 3, stride: 2);
        module.Begin().Unit("branch7x7x3_1", 192)
            .Wide("branch7x7x3_2", 192, 7).Tall("branch7x7x3_3", 192, 7)
            .Unit("branch7x7x3_4", 192, 3, stride: 2);
        module.Begin().MaxPool();
        return module;
    }

    /// <summary>Figure 7: 1x3 beside 3x1. H stays; at width 1, 2048 channels.</summary>
    internal static InceptionModule E(int inChannels, double width)
    {
        var module = new InceptionModule(inChannels, width);
        module.Begin().Unit("branch1x1", 320);
        module.Begin().Unit("branch3x3_1", 384).WideBesideTall("branch3x3_2a", "branch3x3_2b", 384, 3);
        module.Begin().Unit("branch3x3dbl_1", 448).Unit("branch3x3dbl_2", 384, 3, padding: 1)
            .WideBesideTall("branch3x3dbl_3a", "branch3x3dbl_3b", 384, 3);
        module.Begin().AveragePool().Unit("branch_pool", 192);
        return module;
    }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        var outputs = _branches.Select(branch => branch.Call(input)).ToList();
        return cat(outputs, 1).MoveToOuterDisposeScope();       // (N, OutChannels, H', W')
    }

    private Branch Begin()
    {
        var branch = new Branch(this);
        _branches.Add(branch);
        return branch;
    }

    /// <summary>Steps one after the other; each takes the channels that the one before it gives.</summary>
    private sealed class Branch(InceptionModule module)
    {
        private readonly List<Func<Tensor, Tensor>> _steps = [];

        internal int Channels { get; private set; } = module._inChannels;

        internal Tensor Call(Tensor input) => _steps.Aggregate(input, (x, step) => step(x));

        internal Branch Unit(string key, int channels) => Then(Add(key, new(Channels, Scaled(channels))));

        internal Branch Unit(string key, int channels, int size, int padding = 0, int stride = 1) =>
            Then(Add(key, new(Channels, Scaled(channels), size, padding, stride)));

        internal Branch Wide(string key, int channels, int length) => Then(WideUnit(key, channels, length));

        internal Branch Tall(string key, int channels, int length) => Then(TallUnit(key, channels, length));

        /// <summary>Both read the same map; their channels are joined.</summary>
        internal Branch WideBesideTall(string wideKey, string tallKey, int channels, int length)
        {
            var (wide, tall) = (WideUnit(wideKey, channels, length), TallUnit(tallKey, channels, length));
            return Then(x => cat([wide.call(x), tall.call(x)], 1), wide.OutChannels + tall.OutChannels);
        }

        // The zeros around the image count, as in torchvision.
        internal Branch AveragePool() => Then(static x => functional.avg_pool2d(x, 3, stride: 1, padding: 1), Channels);

        internal Branch MaxPool() => Then(static x => functional.max_pool2d(x, 3, stride: 2), Channels);

        private Branch Then(ConvNorm unit) => Then(unit.call, unit.OutChannels);

        private Branch Then(Func<Tensor, Tensor> step, int channels)
        {
            _steps.Add(step);
            Channels = channels;
            return this;
        }

        private ConvNorm WideUnit(string key, int channels, int length) =>
            Add(key, new(Channels, Scaled(channels), (1, length), (0, (length - 1) / 2)));

        private ConvNorm TallUnit(string key, int channels, int length) =>
            Add(key, new(Channels, Scaled(channels), (length, 1), ((length - 1) / 2, 0)));

        private ConvNorm Add(string key, ConvNorm unit) => module.Add(key, unit);

        private int Scaled(int channels) => WidthMultiplier.Channels(channels, module._width);
    }
}
