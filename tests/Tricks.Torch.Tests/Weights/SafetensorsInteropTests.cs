using Tricks.Torch.Runtime;
using Tricks.Torch.Weights;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Weights;

/// <summary>Against a file that Python wrote from the format's description; make_safetensors.py shows that Python's safetensors library opens it with the same bytes.</summary>
[TestClass]
public sealed class SafetensorsInteropTests
{
    [TestMethod]
    public void We_write_Pythons_file_byte_for_byte_and_read_it()
    {
        TorchBackend.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var written = new MemoryStream();
        Safetensors.Write(
            written,
            [
                new("w", Values(ScalarType.Float32, 2, 3)), new("n", Values(ScalarType.Int64)), new("h", Values(ScalarType.Float16, 5)),
                new("b", Values(ScalarType.BFloat16, 2, 2)), new("d", Values(ScalarType.Float64, 3)),
            ],
            new Dictionary<string, string> { ["format"] = "pt" });

        Assert.AreEqual(Convert.ToHexString(WeightsFixture.PythonSafetensors), Convert.ToHexString(written.ToArray()));
        using var content = Safetensors.Read(WeightsFixture.PythonSafetensors);
        foreach (var (name, tensor) in content.Tensors)
            Assert.IsTrue(tensor.equal(Values(tensor.dtype, tensor.shape)).all().item<bool>(), name);
    }

    private static Tensor Values(ScalarType type, params long[] shape)
    {
        var i = arange(shape.Aggregate(1L, (product, side) => product * side), ScalarType.Float64);
        return (type == ScalarType.Int64 ? i - 1 : (0.5 * i) - 1).to(type).reshape(shape);
    }
}
