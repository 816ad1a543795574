using TorchSharp;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Optim;

[TestClass]
public class SgdTests
{
    [TestMethod]
    [DataRow(0.9, true, 0.01)]
    [DataRow(0.9, false, 0.01)]
    [DataRow(0.0, false, 0.0)]
    public void Ten_steps_equal_the_librarys(double momentum, bool nesterov, double decay)
    {
        using var scope = NewDisposeScope();
        var (ours, theirs) = (Network(), Network());
        using var sgd = new Sgd(ParameterGroups.Of(ours, noBiasDecay: false), decay, momentum, nesterov);
        var library = optim.SGD(theirs.parameters(), 0.1, momentum, weight_decay: decay, nesterov: nesterov);
        for (var step = 0; step < 10; step++)
        {
            var x = randn([8, 4], ScalarType.Float64, generator: new Generator((ulong)step));
            ours.call(x).square().mean().backward();
            sgd.Step(0.1);
            library.zero_grad();
            theirs.call(x).square().mean().backward();
            library.step();
        }

        foreach (var (a, b) in ours.parameters().Zip(theirs.parameters()))
            Assert.IsLessThan(1e-12, (a - b).abs().max().item<double>());
    }

    [TestMethod]
    [DataRow("in order"), DataRow("channels-last"), DataRow("channels-last, one channel"), DataRow("every other column"), DataRow("gradient in another order")]
    public void In_float32_every_layout_moves_as_in_the_plain_formula(string layout)
    {
        using var scope = NewDisposeScope();
        var storage = randn([6, 4, 3, 10], generator: new Generator(1));
        var start = layout switch
        {
            "channels-last" or "gradient in another order" => MemoryFormat.ToChannelsLast(storage),
            "channels-last, one channel" => MemoryFormat.ToChannelsLast(storage.slice(1, 0, 1, 1)),
            "every other column" => storage.slice(3, 0, 10, 2),
            _ => storage,
        };
        var between = storage.slice(3, 1, 10, 2).clone();
        var (w, v) = (start.clone(), zeros_like(start));
        var network = new OneParameter(start.alias()); // a parameter takes the handle over
        using var sgd = new Sgd(ParameterGroups.Of(network), weightDecay: 0.1);
        for (var step = 0; step < 3; step++)
        {
            var g = randn(start.shape, generator: new Generator((ulong)step + 2)); // in order
            network.Weight.grad = layout switch
            {
                "in order" or "gradient in another order" => g.clone(),
                "every other column" => zeros_like(storage).slice(3, 0, 10, 2).copy_(g), // a gap wherever the parameter has one
                _ => empty_like(network.Weight).copy_(g),
            };
            sgd.Step(0.2);
            var decayed = g + (0.1 * w);
            v = (0.9 * v) + decayed;
            w = w - (0.2 * (decayed + (0.9 * v)));
        }

        Assert.IsLessThan(1e-5, (network.Weight - w).abs().max().item<float>());
        if (layout == "every other column")
            Assert.IsTrue(between.eq(storage.slice(3, 1, 10, 2)).all().item<bool>(), "what lies between the columns was moved");
    }

    [TestMethod]
    public void Only_weights_of_rank_2_and_more_decay()
    {
        using var scope = NewDisposeScope();
        var groups = ParameterGroups.Of(Network());
        CollectionAssert.AreEquivalent(new[] { "0.weight", "2.weight" }, groups.Decayed.Select(p => p.Name).ToArray());
        CollectionAssert.AreEquivalent(new[] { "0.bias", "2.bias" }, groups.NotDecayed.Select(p => p.Name).ToArray());
    }

    [TestMethod]
    public void Off_everything_decays_and_frozen_parameters_are_in_no_group()
    {
        using var scope = NewDisposeScope();
        var network = Network();
        network.named_parameters().First(p => p.name == "0.weight").parameter.requires_grad = false;
        var groups = ParameterGroups.Of(network, noBiasDecay: false);
        CollectionAssert.AreEquivalent(new[] { "0.bias", "2.weight", "2.bias" }, groups.Decayed.Select(p => p.Name).ToArray());
        Assert.IsEmpty(groups.NotDecayed);
    }

    [TestMethod]
    public void Biases_do_not_shrink_and_weights_do()
    {
        using var scope = NewDisposeScope();
        var network = Network();
        using var sgd = new Sgd(ParameterGroups.Of(network), weightDecay: 0.5, momentum: 0);
        var before = network.state_dict().ToDictionary(p => p.Key, p => p.Value.clone());
        (network.call(zeros([2, 4], ScalarType.Float64)) * 0).sum().backward(); // all gradients are 0
        sgd.Step(0.1);
        foreach (var (name, value) in network.state_dict())
        {
            var factor = name.EndsWith("weight", StringComparison.Ordinal) ? 0.95 : 1.0;
            Assert.IsLessThan(1e-12, (value - (before[name] * factor)).abs().max().item<double>(), name);
        }
    }

    private static nn.Module<Tensor, Tensor> Network()
    {
        random.manual_seed(5);
        return nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3)).to(ScalarType.Float64);
    }

    private sealed class OneParameter : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Parameter weight;

        public OneParameter(Tensor value)
            : base(nameof(OneParameter))
        {
            weight = nn.Parameter(value);
            RegisterComponents();
        }

        public TorchSharp.Modules.Parameter Weight => weight;

        public override Tensor forward(Tensor input) => input.mul(weight);
    }
}
