using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Weights;

/// <summary>What is loaded, what is reset, what is refused.</summary>
[TestClass]
public sealed class InitialWeightsTests
{
    private static readonly Architecture Tiny = Architecture.CifarResNet(8, ResNetVariant.B);

    [TestMethod]
    public void A_file_gives_back_every_value()
    {
        using var scope = NewDisposeScope();
        using var trained = Trained(Tiny.Build(7));
        using var fresh = Tiny.Build(7);
        var path = Path.Combine(WeightsFixture.NewFolder(), "a.safetensors");
        WeightsFiles.Save(trained, Tiny, path);

        var report = InitialWeights.WeightsFile(path).LoadInto(fresh, Tiny, classes: 7);

        Assert.AreEqual(StateDict.Of(fresh).Count, report.Loaded);
        Assert.IsEmpty(report.Reset);
        AssertEqual(trained, fresh, _ => true);
    }

    [TestMethod]
    public void Another_number_of_classes_resets_the_classifier_alone_and_says_so()
    {
        using var scope = NewDisposeScope();
        using var trained = Trained(Tiny.Build(7));
        using var fresh = Tiny.Build(3);
        using var head = fresh.state_dict()["fc.weight"].clone();

        var report = InitialWeights.FromNetwork(trained).LoadInto(fresh, Tiny, classes: 3);

        CollectionAssert.AreEqual(new[] { "fc.weight", "fc.bias" }, report.Reset.ToArray());
        Assert.Contains("fc.weight", report.ToString());
        Assert.IsTrue(fresh.state_dict()["fc.weight"].equal(head).all().item<bool>());
        AssertEqual(trained, fresh, name => !name.StartsWith("fc.", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Rows_of_the_classifier_can_be_taken_over()
    {
        using var scope = NewDisposeScope();
        using var trained = Trained(Tiny.Build(7));
        using var fresh = Tiny.Build(3);
        using var before = fresh.state_dict()["fc.weight"].clone();
        using var weights = InitialWeights.FromNetwork(trained).Open(CancellationToken.None);

        weights.CopyTo(fresh, Tiny, classes: 3, headRows: new Dictionary<int, int> { [1] = 6 });

        var (source, target) = (trained.state_dict(), fresh.state_dict());
        Assert.IsTrue(target["fc.weight"][1].equal(source["fc.weight"][6]).all().item<bool>());
        Assert.IsTrue(target["fc.bias"][1].equal(source["fc.bias"][6]).all().item<bool>());
        Assert.IsTrue(target["fc.weight"][0].equal(before[0]).all().item<bool>());
        Assert.ThrowsExactly<ArgumentException>(() => weights.CopyTo(fresh, Tiny, 3, headRows: new Dictionary<int, int> { [1] = 7 }));
        Assert.ThrowsExactly<ArgumentException>(() => weights.CopyTo(fresh, Tiny, 3, headRows: new Dictionary<int, int> { [3] = 0 }));
    }

    [TestMethod]
    public void A_hidden_layer_with_as_many_rows_as_there_are_classes_is_no_classifier()
    {
        using var scope = NewDisposeScope();
        using var trained = Trained(Architecture.LeNet5.Build(10));
        using var fresh = Architecture.LeNet5.Build(84);
        using var weights = InitialWeights.FromNetwork(trained).Open(CancellationToken.None);

        var report = weights.CopyTo(fresh, Architecture.LeNet5, classes: 84, headRows: new Dictionary<int, int> { [0] = 9 });

        CollectionAssert.AreEqual(new[] { "fc3.weight", "fc3.bias" }, report.Reset.ToArray());
        AssertEqual(trained, fresh, name => !name.StartsWith("fc3.", StringComparison.Ordinal));
    }

    [TestMethod]
    public void A_gray_network_sees_equal_channels_as_the_colour_network_does()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var colour = Trained(Tiny.Build(7));
        using var gray = Tiny.Build(7, inputChannels: 1);

        var report = InitialWeights.FromNetwork(colour).LoadInto(gray, Tiny, classes: 7);

        Assert.AreEqual("conv1.weight", string.Join(", ", report.Summed));
        var image = rand(2, 1, 32, 32);
        colour.eval();
        gray.eval();
        Assert.IsTrue(gray.call(image).allclose(colour.call(image.expand(2, 3, 32, 32)), rtol: 1e-4, atol: 1e-5));
    }

    [TestMethod]
    public void Missing_counters_are_zero_and_all_else_is_listed()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var trained = Trained(Tiny.Build(7));
        using var fresh = Tiny.Build(7);
        using var before = fresh.state_dict()["conv1.weight"].clone();
        var entries = StateDict.Of(trained).Where(entry => !entry.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).ToList();

        Open([.. entries]).CopyTo(fresh, Tiny, 7);
        AssertEqual(trained, fresh, name => !name.EndsWith("num_batches_tracked", StringComparison.Ordinal));

        fresh.state_dict()["conv1.weight"].copy_(before);
        entries.RemoveAll(entry => entry.Name == "bn1.bias");
        entries.Add(new("head.weight", ones(2)));
        entries[0] = entries[0] with { Tensor = ones(16, 3, 5, 5) };
        var fault = Assert.ThrowsExactly<WeightsMismatchException>(() => Open([.. entries]).CopyTo(fresh, Tiny, 7));

        Assert.AreEqual("bn1.bias", string.Join(", ", fault.Missing));
        Assert.AreEqual("head.weight", string.Join(", ", fault.Unexpected));
        Assert.Contains("conv1.weight is Float32 (16, 3, 5, 5) and must be Float32 (16, 3, 3, 3)", string.Join(", ", fault.Misshapen));
        Assert.Contains("of test", fault.Message);
        Assert.IsTrue(fresh.state_dict()["conv1.weight"].equal(before).all().item<bool>(), "The network was changed.");
    }

    [TestMethod]
    public void Weights_without_a_classifier_reset_it()
    {
        using var scope = NewDisposeScope();
        using var trained = Trained(Tiny.Build(7));
        using var fresh = Tiny.Build(7);

        var report = Open([.. StateDict.Of(trained).Where(entry => !entry.Name.StartsWith("fc.", StringComparison.Ordinal))]).CopyTo(fresh, Tiny, 7);

        CollectionAssert.AreEqual(new[] { "fc.weight", "fc.bias" }, report.Reset.ToArray());
    }

    [TestMethod]
    public void Variant_A_refuses_what_may_be_B_unless_it_is_asked_for()
    {
        var a = new OpenedWeights("test", []);

        Assert.Contains("variant A", Assert.ThrowsExactly<WeightsFileException>(() => VariantCheck.ThrowIfOther(a, Architecture.ResNet50A)).Message);
        VariantCheck.ThrowIfOther(a with { AllowOtherVariant = true }, Architecture.ResNet50A);
        VariantCheck.ThrowIfOther(a with { Architecture = "resnet50a" }, Architecture.ResNet50A);
        VariantCheck.ThrowIfOther(a, Architecture.ResNet50);
        VariantCheck.ThrowIfOther(a with { Architecture = "resnet18" }, Architecture.ResNet(18, ResNetVariant.A));
        Assert.Contains("resnet50a", Assert.ThrowsExactly<WeightsFileException>(() => VariantCheck.ThrowIfOther(a with { Architecture = "resnet50a" }, Architecture.ResNet50)).Message);
        Assert.ThrowsExactly<WeightsFileException>(() => VariantCheck.ThrowIfOther(a with { Architecture = "cifar_plainnet20" }, Architecture.CifarResNet(20)));
    }

    [TestMethod]
    public void Wrappers_prefixes_go()
    {
        using var scope = NewDisposeScope();
        using var trained = Trained(Tiny.Build(7));
        using var fresh = Tiny.Build(7);

        var report = Open([.. StateDict.Of(trained).Select(entry => entry with { Name = "module._orig_mod." + entry.Name })]).CopyTo(fresh, Tiny, 7);

        AssertEqual(trained, fresh, _ => true);
        Assert.Contains("module.", report.ToString());
    }

    [TestMethod]
    public void Gluons_numbered_names_and_biases_are_the_same_function()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var trained = Trained(TinyNetworks.Create(ResNetBlock.Basic, ResNetVariant.B));
        using var fresh = TinyNetworks.Create(ResNetBlock.Basic, ResNetVariant.B);
        var bias = rand(8);
        List<NamedTensor> gluon = [.. StateDict.Of(trained).Where(e => !e.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).Select(e => e with { Name = Gluon(e.Name) })];
        gluon.Add(new("features.4.0.body.0.bias", bias));       // conv(x) + b, normalised with means that contain b
        var mean = gluon.FindIndex(entry => entry.Name == "features.4.0.body.1.running_mean");
        gluon[mean] = gluon[mean] with { Tensor = gluon[mean].Tensor + bias };

        Open([.. gluon]).CopyTo(fresh, Architecture.ResNet18, classes: 7);

        Assert.IsTrue(fresh.state_dict()["layer1.0.bn1.running_mean"].allclose(trained.state_dict()["layer1.0.bn1.running_mean"]));
        AssertEqual(trained, fresh, name => name != "layer1.0.bn1.running_mean" && !name.EndsWith("num_batches_tracked", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Old_DenseNet_names_are_todays()
    {
        using var scope = NewDisposeScope();
        List<NamedTensor> old = [new("features.denseblock1.denselayer2.norm.1.weight", ones(1)), new("features.norm5.bias", ones(1))];

        var names = WeightNames.Translate(old, []).Tensors.Select(entry => entry.Name);

        Assert.AreEqual("features.denseblock1.denselayer2.norm1.weight, features.norm5.bias", string.Join(", ", names));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void The_folded_input_transform_is_torchvisions(bool training)
    {
        TorchBackend.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var images = Preprocessing.ImageNet(299);
        var expected = PretrainedConfig.Inception.Apply(images);
        using var conv = Conv2d(3, 8, 3, stride: 2, bias: false);
        using var norm = BatchNorm2d(8, eps: 0.001);
        norm.running_mean!.copy_(rand(8));
        norm.train(training);
        var x = randn(2, 3, 21, 21);
        var mean = tensor(new float[] { 123.68f, 116.779f, 103.939f }).reshape(1, 3, 1, 1);
        var deviation = tensor(new float[] { 58.393f, 57.12f, 57.375f }).reshape(1, 3, 1, 1);
        using var normBefore = BatchNorm2d(8, eps: 0.001);
        normBefore.load_state_dict(norm.state_dict());
        normBefore.train(training);
        var y = normBefore.call(conv.call((((x * deviation) + mean) - 127.5) / 127.5));

        InputTransform.Fold(conv.weight, norm.running_mean!, images, expected);

        Assert.IsTrue(norm.call(conv.call(x)).allclose(y, rtol: 1e-4, atol: 1e-4));
    }

    private static OpenedWeights Open(params NamedTensor[] entries) => new("test", entries);

    private static Module<Tensor, Tensor> Trained(Module<Tensor, Tensor> network)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (i, (_, tensor)) in StateDict.Of(network).Index())
            tensor.copy_(ones_like(tensor) * (1 + (i % 5)) / 8 + (arange(tensor.numel(), ScalarType.Float32).reshape(tensor.shape) * 1e-4));
        return network;
    }

    private static void AssertEqual(nn.Module expected, nn.Module actual, Func<string, bool> which)
    {
        var values = StateDict.Of(actual).ToDictionary(entry => entry.Name, entry => entry.Tensor);
        foreach (var (name, tensor) in StateDict.Of(expected).Where(entry => which(entry.Name)))
            Assert.IsTrue(values[name].equal(tensor).all().item<bool>(), name);
    }

    /// <summary>Our name in the numbering of Gluon's model zoo.</summary>
    private static string Gluon(string name)
    {
        var parts = name.Split('.');
        var norm = name.Contains("bn", StringComparison.Ordinal) || name.Contains("downsample.1", StringComparison.Ordinal);
        var last = norm && parts[^1] == "weight" ? "gamma" : norm && parts[^1] == "bias" ? "beta" : parts[^1];
        return parts[0] switch
        {
            "conv1" => $"features.0.{last}",
            "bn1" => $"features.1.{last}",
            "fc" => $"output.{last}",
            _ when parts[2] == "downsample" => $"features.{Stage()}.{parts[1]}.downsample.{parts[3]}.{last}",
            _ => $"features.{Stage()}.{parts[1]}.body.{(parts[2][^1] - '1') * 3 + (norm ? 1 : 0)}.{last}",
        };

        int Stage() => parts[0][^1] - '0' + 3;
    }
}
