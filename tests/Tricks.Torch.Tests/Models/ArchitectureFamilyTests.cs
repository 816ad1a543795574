using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Models;

/// <summary>What every network must do, at its smallest size.</summary>
[TestClass]
public sealed class ArchitectureFamilyTests
{
    private static IEnumerable<object[]> Networks => TinyNetworks.Families.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void A_training_pass_reaches_every_parameter_at_the_smallest_size_in_float32_and_bfloat16(string name)
    {
        foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            using var scope = NewDisposeScope();
            var (network, size) = TinyNetworks.Family(name);
            using var owned = network;
            MemoryFormat.ToChannelsLast(network);

            Loss(network, MemoryFormat.ToChannelsLast(Images(6, size)).to(type)).backward();

            foreach (var (key, parameter) in network.named_parameters())
            {
                Assert.IsNotNull(parameter.grad, key);
                Assert.AreEqual(ScalarType.Float32, parameter.grad.dtype, key);
                Assert.IsTrue(parameter.grad.isfinite().all().item<bool>(), key);
                Assert.IsTrue(parameter.grad.ne(0).any().item<bool>(), $"{name} {type}: {key}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void Logits_are_float32_features_have_the_length_said_and_both_memory_orders_agree(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (network, size) = TinyNetworks.Family(name);
        using var owned = network;
        network.eval();
        var images = Images(2, size + 3);                       // odd sizes too

        var logits = network.call(images);
        var features = ((IFeatureExtractor)network).Features(images);
        var rounded = network.call(images.to(ScalarType.BFloat16));
        var channelsLast = MemoryFormat.ToChannelsLast(network).call(MemoryFormat.ToChannelsLast(images));

        CollectionAssert.AreEqual((long[])[2, 10], logits.shape);
        CollectionAssert.AreEqual((long[])[2, ((IFeatureExtractor)network).FeatureCount], features.shape);
        Assert.AreEqual(ScalarType.Float32, rounded.dtype);
        Assert.AreEqual(ScalarType.Float32, features.dtype);
        Assert.IsLessThan(1e-5, Difference(logits, channelsLast));
        Assert.IsLessThan(0.1, Difference(logits, rounded));
        var head = (Module<Tensor, Tensor>)network.named_modules()
            .Last(entry => entry.module is TorchSharp.Modules.Linear && !entry.name.StartsWith("AuxLogits", StringComparison.Ordinal)).module;
        Assert.IsLessThan(1e-6, Difference(logits, head.call(features)));
    }

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void A_training_pass_without_a_scope_leaves_no_tensor_behind(string name)
    {
        var (network, size) = TinyNetworks.Family(name);
        using var owned = network;
        using var images = Images(3, size);
        TensorLeaks.AssertNone(() =>
        {
            using (var logits = network.call(images))
            using (var sum = logits.sum())
                sum.backward();
            foreach (var parameter in network.parameters())
            {
                parameter.grad?.Dispose();
                parameter.grad = null;
            }
        });
    }

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void Building_and_disposing_leaves_no_tensor_behind(string name)
    {
        var (probe, _) = TinyNetworks.Family(name);
        var parameters = probe.parameters().Count();
        probe.Dispose();
        TensorLeaks.AssertNone(() => TinyNetworks.Family(name).Network.Dispose(), parameters);
    }

    [TestMethod]
    public void Gray_images_are_taken_by_every_family()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var name in (string[])["inception_v3", "mobilenetv1_025", "densenet121", "resnet18_v2_cifar", "wrn_10_1", "lenet5"])
        {
            var architecture = Architecture.Parse(name);
            using var network = architecture.Build(5, inputChannels: 1, architecture.MinimumImageSize);
            network.eval();

            CollectionAssert.AreEqual((long[])[2, 5], network.call(zeros(2, 1, architecture.MinimumImageSize, architecture.MinimumImageSize)).shape, name);
        }
    }

    private static Tensor Loss(Module<Tensor, Tensor> network, Tensor images)
    {
        var labels = arange(images.shape[0], ScalarType.Int64);
        if (network is not IAuxiliaryClassifier two)
            return functional.cross_entropy(network.call(images), labels);
        var (logits, auxiliary) = two.CallWithAuxiliary(images);
        return functional.cross_entropy(logits, labels) + functional.cross_entropy(auxiliary, labels);
    }

    private static Tensor Images(int count, int size)
    {
        var random = new SeededRandom(4);
        var values = Enumerable.Range(0, count * 3 * size * size).Select(_ => (float)random.NextGaussian());
        return tensor(values.ToArray(), [count, 3, size, size]);
    }

    private static double Difference(Tensor one, Tensor other) => ((one - other).norm() / one.norm()).item<float>();
}
