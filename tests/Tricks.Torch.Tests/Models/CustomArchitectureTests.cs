using TorchSharp.Modules;
using Tricks.Torch.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Models;

[TestClass]
public sealed class CustomArchitectureTests
{
    [TestMethod]
    public void A_registered_network_is_found_by_its_name_and_built_with_fresh_weights()
    {
        using var scope = NewDisposeScope();
        var architecture = Architecture.Custom("pooled_linear", (classes, channels, _) => new PooledLinear(channels, classes), 64, 8);

        Assert.AreEqual(architecture, Architecture.Parse("pooled_linear"));
        Assert.AreEqual("pooled_linear", architecture.ToString());
        Assert.AreEqual(64, architecture.DefaultImageSize);
        Assert.AreEqual(8, architecture.MinimumImageSize);
        using var network = (PooledLinear)architecture.Build(5, inputChannels: 1, imageSize: 8);
        CollectionAssert.AreEqual((long[])[5, 1], network.Head.weight!.shape);
        Assert.IsTrue(network.training);
        Assert.IsTrue(network.Head.bias!.eq(0).all().item<bool>(), "Xavier sets biases to 0.");
        Assert.AreEqual(3f, network.Scale.item<float>(), "Parameters of other names stay as they were.");
        Assert.AreEqual(7f, network.Offset.item<float>(), "Buffers of other names stay as they were.");
    }

    [TestMethod]
    public void The_same_name_again_replaces_the_factory_and_names_make_equality()
    {
        var first = Architecture.Custom("replaced", (_, _, _) => throw new NotSupportedException("old"));
        var second = Architecture.Custom("replaced", (classes, channels, _) => new PooledLinear(channels, classes));

        Assert.AreEqual(first, second);
        Assert.AreEqual(first.GetHashCode(), second.GetHashCode());
        Assert.AreNotEqual(Architecture.LeNet5, second);
        Architecture.Parse("replaced").Build(2).Dispose();
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("7net")]
    [DataRow("my net")]
    [DataRow("netz\u00e4")]
    [DataRow("resnet50d")]
    [DataRow("resnet51")]
    [DataRow("lenet5")]
    public void A_name_that_is_none_or_taken_is_refused(string name)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Architecture.Custom(name, (classes, channels, _) => new PooledLinear(channels, classes)));

        Assert.Contains($"'{name}'", error.Message);
    }

    [TestMethod]
    public void Image_sizes_are_checked()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Architecture.Custom("sized", (c, i, _) => new PooledLinear(i, c), 16, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Architecture.Custom("sized", (c, i, _) => new PooledLinear(i, c), 16, 32));
    }

    [TestMethod]
    public void A_factory_that_builds_something_else_is_an_error_that_says_what()
    {
        Assert.Contains("returned null", Refused((_, _, _) => null!));
        Assert.Contains("RegisterComponents()", Refused((_, _, _) => Identity()));
        Assert.Contains("Float32 (2, 5)", Refused((classes, channels, _) => new PooledLinear(channels, classes + 1)));
        Assert.Contains("Float32 (2, 6) for 2 images of 3 x 32 x 32", Refused((classes, channels, _) => new PooledLinear(channels, classes + 1)));
    }

    [TestMethod]
    public void An_unregistered_name_is_an_error_that_names_the_call_which_registers_it()
    {
        Architecture.Custom("one_of_mine", (classes, channels, _) => new PooledLinear(channels, classes));

        var error = Assert.ThrowsExactly<UnknownArchitectureException>(() => Architecture.Parse("nobodys"));

        Assert.Contains("Architecture.Custom(\"nobodys\", ...)", error.Message);
        Assert.Contains("one_of_mine", error.Message);
    }

    private static string Refused(NetworkFactory factory) => Assert.ThrowsExactly<InvalidOperationException>(
        () => Architecture.Custom("wrong", factory).Build(5, imageSize: 32)).Message;

    private sealed class PooledLinear : Module<Tensor, Tensor>
    {
        private readonly Linear head;
        private readonly Parameter scale;
        private readonly Tensor offset;

        public PooledLinear(int channels, int classes)
            : base(nameof(PooledLinear))
        {
            head = Linear(channels, classes);
            scale = Parameter(full([1], 3f));
            offset = full([1], 7f).DetachFromDisposeScope();
            scale.DetachFromDisposeScope();
            RegisterComponents();
        }

        public Linear Head => head;

        public Tensor Scale => scale;

        public Tensor Offset => offset;

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return head.call((input.mean([2, 3]) * scale) + offset).MoveToOuterDisposeScope();
        }
    }
}
