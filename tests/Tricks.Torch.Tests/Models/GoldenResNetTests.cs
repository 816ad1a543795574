using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Golden;
using Tricks.Torch.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Models;

/// <summary>Against PyTorch: torchvision's and timm's networks with the same weights and the same input.</summary>
[TestClass]
public sealed class GoldenResNetTests
{
    private const double Tolerance = 1e-4;

    public required TestContext TestContext { get; init; }

    [TestMethod]
    [DataRow("resnet18", "resnet18@tv")]
    [DataRow("resnet50", "resnet50@tv")]
    [DataRow("resnet18d", "resnet18d@timm")]
    [DataRow("resnet50c", "resnet50c@timm")]
    [DataRow("resnet50d", "resnet50d@timm")]
    public void Keys_shapes_count_and_logits_are_those_of_PyTorch(string name, string reference)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var golden = GoldenModel.Read(reference);
        using var network = Architecture.Parse(name).Build(1000);

        Assert.AreEqual(string.Join("\n", golden.Keys), string.Join("\n", Keys(network)));
        Assert.AreEqual(golden.Parameters, network.parameters().Sum(parameter => parameter.numel()));

        GoldenModel.FillWeights(network);
        network.eval();
        AssertLogits(golden, network, golden.Input(), $"{name} contiguous");
        ThroughFile(network);
        MemoryFormat.ToChannelsLast(network);
        AssertLogits(golden, network, MemoryFormat.ToChannelsLast(golden.Input()), $"{name} channels-last, through a file");
    }

    /// <summary>Writes the weights as safetensors, overwrites them, and reads them back.</summary>
    private static void ThroughFile(Module<Tensor, Tensor> network)
    {
        using var file = new MemoryStream();
        Safetensors.Write(file, StateDict.Of(network));
        foreach (var (_, tensor) in StateDict.Of(network))
            tensor.zero_();
        file.Position = 0;
        using var content = Safetensors.Read(file);
        StateDict.Load(network, content.Tensors);
    }

    private static string[] Keys(Module<Tensor, Tensor> network) =>
        [.. StateDict.Of(network).Select(entry => $"{entry.Name} ({string.Join(", ", entry.Tensor.shape)})")];

    private void AssertLogits(GoldenModel golden, Module<Tensor, Tensor> network, Tensor input, string what)
    {
        var logits = network.call(input);                       // (2, 1000)
        var norm = logits.norm().to(ScalarType.Float64).item<double>();
        var greatest = 0.0;
        for (var image = 0; image < 2; image++)
        {
            for (var k = 0; k < 16; k++)
                greatest = Math.Max(greatest, Math.Abs(logits[image, k].to(ScalarType.Float64).item<double>() - golden.Logits[image][k]));
        }

        TestContext.WriteLine($"{what}: greatest difference / norm {greatest / golden.LogitsNorm:e2}, norm off by {Math.Abs((norm / golden.LogitsNorm) - 1):e2}");
        Assert.IsLessThan(Tolerance, greatest / golden.LogitsNorm, what);
        Assert.IsLessThan(Tolerance, Math.Abs((norm / golden.LogitsNorm) - 1), what);
    }
}
