using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Golden;

/// <summary>A network of ours against its golden one.</summary>
internal static class GoldenAssert
{
    private const double Tolerance = 1e-4;

    internal static void SameKeysAndCount(GoldenModel golden, Module<Tensor, Tensor> network)
    {
        var keys = StateDict.Of(network).Select(entry => $"{entry.Name} ({string.Join(", ", entry.Tensor.shape)})");
        Assert.AreEqual(string.Join("\n", golden.Keys), string.Join("\n", keys));
        Assert.AreEqual(golden.Parameters, network.parameters().Sum(parameter => parameter.numel()));
    }

    /// <summary>Fills the weights by formula; the network is left channels-last and in evaluation mode.</summary>
    internal static void SameLogitsInBothMemoryOrders(GoldenModel golden, Module<Tensor, Tensor> network, TestContext context)
    {
        GoldenModel.FillWeights(network);
        network.eval();
        SameLogits(golden, network.call(golden.Input()), "contiguous", context);
        MemoryFormat.ToChannelsLast(network);
        SameLogits(golden, network.call(MemoryFormat.ToChannelsLast(golden.Input())), "channels-last", context);
    }

    /// <summary>Writes the weights as safetensors, overwrites them, and reads them back: the logits are PyTorch's, and the bits are those from before.</summary>
    internal static void SameLogitsThroughAFile(GoldenModel golden, Module<Tensor, Tensor> network, Architecture architecture, TestContext context)
    {
        var input = golden.Input();
        var before = network.call(input);
        var folder = Directory.CreateTempSubdirectory("golden-weights-");
        try
        {
            var path = Path.Combine(folder.FullName, "weights.safetensors");
            WeightsFiles.Save(network, architecture, path);
            foreach (var (_, tensor) in StateDict.Of(network))
                tensor.zero_();
            InitialWeights.WeightsFile(path).LoadInto(network, architecture, (int)before.shape[1]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        var after = network.call(input);
        SameLogits(golden, after, "through a safetensors file", context);
        Assert.IsTrue(before.equal(after).all().item<bool>(), "through a safetensors file");
    }

    /// <param name="golden">What PyTorch gave.</param>
    /// <param name="logits">(2, classes).</param>
    /// <param name="what">For the message.</param>
    /// <param name="context">Where the differences are written.</param>
    internal static void SameLogits(GoldenModel golden, Tensor logits, string what, TestContext context)
    {
        var norm = logits.norm().to(ScalarType.Float64).item<double>();
        var greatest = 0.0;
        foreach (var (image, expected) in golden.Logits.Index())
        {
            foreach (var (k, logit) in expected.Index())
                greatest = Math.Max(greatest, Math.Abs(logits[image, k].to(ScalarType.Float64).item<double>() - logit));
        }

        context.WriteLine($"{what}: greatest difference / norm {greatest / golden.LogitsNorm:e2}, norm off by {Math.Abs((norm / golden.LogitsNorm) - 1):e2}");
        Assert.IsLessThan(Tolerance, greatest / golden.LogitsNorm, what);
        Assert.IsLessThan(Tolerance, Math.Abs((norm / golden.LogitsNorm) - 1), what);
    }
}
