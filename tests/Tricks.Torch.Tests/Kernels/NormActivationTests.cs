using System.Buffers;
using TorchSharp;
using TorchSharp.Modules;
using Tricks.Torch.Kernels;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Kernels;

/// <summary>The fused normalisation against libtorch's operators in float64.</summary>
[TestClass]
public sealed class NormActivationTests
{
    private sealed record Outcome(Tensor Output, Tensor X, Tensor Residual, Tensor Gamma, Tensor Beta, Tensor Mean, Tensor Variance);

    [TestMethod]
    [DataRow(16, 5, true, true)]
    [DataRow(16, 1, true, false)]
    [DataRow(48, 3, false, false)]
    [DataRow(80, 4, true, true)]
    [DataRow(2048, 2, false, true)]
    public void Training_equals_libtorch(int channels, int size, bool relu, bool residual)
    {
        using var scope = NewDisposeScope();
        var reference = Run(channels, size, relu, residual, ScalarType.Float64, training: true);
        var fused = Run(channels, size, relu, residual, ScalarType.Float32, training: true);
        foreach (var (name, expected, actual) in Pairs(reference, fused))
            Assert.IsLessThan(2e-6, Distance(expected, actual), $"{name} of {channels} channels");
    }

    [TestMethod]
    public void Training_in_bfloat16_is_libtorch_within_its_rounding()
    {
        using var scope = NewDisposeScope();
        var reference = Run(64, 6, relu: true, residual: true, ScalarType.Float64, training: true);
        var fused = Run(64, 6, relu: true, residual: true, ScalarType.BFloat16, training: true);
        foreach (var (name, expected, actual) in Pairs(reference, fused))
            Assert.IsLessThan(1e-2, Distance(expected, actual), name); // 8 bits: 2^-8 = 0.4% a rounding
    }

    [TestMethod]
    [DataRow(true, true)]
    [DataRow(false, false)]
    public void Scoring_equals_libtorch(bool relu, bool residual)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var expected = Run(32, 3, relu, residual, ScalarType.Float64, training: false).Output;
        var actual = Run(32, 3, relu, residual, ScalarType.Float32, training: false).Output;
        Assert.IsLessThan(1e-6, Distance(expected, actual));
    }

    [TestMethod]
    public void The_kernel_is_what_runs()
    {
        using var scope = NewDisposeScope();
        var x = MemoryFormat.ToChannelsLast(randn(2, 16, 3, 3));
        Assert.IsTrue(KernelSwitch.Takes(x));
        Assert.IsFalse(KernelSwitch.Takes(randn(2, 16, 3, 3)), "not channels-last");
        Assert.IsFalse(KernelSwitch.Takes(MemoryFormat.ToChannelsLast(randn(2, 12, 3, 3))), "no multiple of 16");
        using var plain = KernelSwitch.PlainScope();
        Assert.IsFalse(KernelSwitch.Takes(x));
    }

    [TestMethod]
    public void The_sums_do_not_depend_on_what_the_rented_arrays_held()
    {
        using var scope = NewDisposeScope();
        var clean = Run(80, 40, relu: true, residual: true, ScalarType.Float32, training: true);
        for (var length = 16; length <= 1 << 16; length *= 2)
        {
            var rented = ArrayPool<float>.Shared.Rent(length);
            Array.Fill(rented, float.NaN);
            ArrayPool<float>.Shared.Return(rented);
        }

        var dirty = Run(80, 40, relu: true, residual: true, ScalarType.Float32, training: true);
        foreach (var (name, a, b) in Pairs(clean, dirty))
            Assert.IsTrue(a.equal(b).all().item<bool>(), name);
    }

    [TestMethod]
    public void The_sums_do_not_depend_on_the_number_of_threads()
    {
        using var scope = NewDisposeScope();
        var before = get_num_threads();
        try
        {
            set_num_threads(1);
            var one = Run(64, 40, relu: true, residual: false, ScalarType.Float32, training: true);
            set_num_threads(3);
            var three = Run(64, 40, relu: true, residual: false, ScalarType.Float32, training: true);
            foreach (var (name, a, b) in Pairs(one, three))
                Assert.IsTrue(a.equal(b).all().item<bool>(), name);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [TestMethod]
    public void Steps_leave_no_tensor_behind()
    {
        using var norm = BatchNorm2d(16);
        TensorLeaks.AssertNone(() =>
        {
            for (var i = 0; i < 20; i++)
                Step(norm);
        });
    }

    private static void Step(BatchNorm2d norm)
    {
        using var scope = NewDisposeScope();
        var x = MemoryFormat.ToChannelsLast(randn(2, 16, 3, 3)).requires_grad_();
        NormActivation.Relu(norm, x * 1, x * 2).sum().backward();
        norm.weight.grad = null;
        norm.bias!.grad = null;
    }

    private static Outcome Run(int channels, int size, bool relu, bool residual, ScalarType type, bool training)
    {
        using var plain = type == ScalarType.Float64 ? KernelSwitch.PlainScope() : null;
        manual_seed(3);
        Tensor Image() => MemoryFormat.ToChannelsLast((randn([4, channels, size, size], ScalarType.Float64) * 2) + 5).to(ScalarType.BFloat16).to(type); // exact in each
        var (x, other, direction) = (Image(), Image() - 5, Image());
        var norm = BatchNorm2d(channels);
        using (no_grad())
        {
            norm.weight.copy_(rand(channels) + 0.5);
            norm.bias!.copy_(randn(channels));
            norm.running_var!.copy_(rand(channels) + 0.5);
            norm.running_mean!.copy_(randn(channels) + 5);
        }

        if (type == ScalarType.Float64)
            norm.to(ScalarType.Float64);
        norm.train(training);
        if (training)
            (x, other) = (x.requires_grad_(), other.requires_grad_());
        using var gradients = training ? enable_grad() : no_grad();
        var input = training ? x * 1 : x.clone();
        var y = relu ? NormActivation.Relu(norm, input, residual ? other : null) : NormActivation.Identity(norm, input);
        if (training)
            (y * direction).sum().backward();
        var none = zeros(1);
        return new Outcome(
            y.detach(), x.grad ?? none, other.grad ?? none, norm.weight.grad ?? none, norm.bias!.grad ?? none, norm.running_mean!, norm.running_var!);
    }

    private static IEnumerable<(string Name, Tensor Expected, Tensor Actual)> Pairs(Outcome a, Outcome b) =>
    [
        ("output", a.Output, b.Output), ("dx", a.X, b.X), ("dresidual", a.Residual, b.Residual), ("dgamma", a.Gamma, b.Gamma),
        ("dbeta", a.Beta, b.Beta), ("running mean", a.Mean, b.Mean), ("running variance", a.Variance, b.Variance),
    ];

    /// <summary>|a - b| / |a| over all elements.</summary>
    private static double Distance(Tensor expected, Tensor actual)
    {
        var (a, b) = (expected.to(ScalarType.Float64), actual.to(ScalarType.Float64));
        return (a - b).norm().item<double>() / Math.Max(a.norm().item<double>(), 1e-6);
    }
}
