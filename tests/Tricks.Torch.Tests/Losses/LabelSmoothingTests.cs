using Tricks.Torch.Losses;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Losses;

[TestClass]
public class LabelSmoothingTests
{
    [TestMethod]
    [DataRow(LabelSmoothingConvention.Paper, 0.1, 0.9f, 0.1f / 3)]
    [DataRow(LabelSmoothingConvention.Uniform, 0.1, 0.9f + (0.1f / 4), 0.1f / 4)]
    [DataRow(LabelSmoothingConvention.Paper, 0.0, 1f, 0f)]
    [DataRow(LabelSmoothingConvention.Uniform, 0.0, 1f, 0f)]
    public void Targets_are_the_formula_of_the_convention(LabelSmoothingConvention convention, double epsilon, float right, float wrong)
    {
        using var scope = NewDisposeScope();
        var q = LabelSmoothing.Targets(tensor(new long[] { 2, 0 }), 4, epsilon, convention).data<float>().ToArray();
        float[] expected = [wrong, wrong, right, wrong, right, wrong, wrong, wrong];
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], q[i], 1e-7f);
    }

    [TestMethod]
    public void At_epsilon_0_the_loss_is_the_librarys_cross_entropy()
    {
        using var scope = NewDisposeScope();
        var logits = randn([16, 10], generator: new Generator(1));
        var labels = randint(0, 10, [16], dtype: ScalarType.Int64, generator: new Generator(2));
        var ours = SoftTargetCrossEntropy.Of(logits, LabelSmoothing.Targets(labels, 10, 0)).item<float>();
        Assert.AreEqual(nn.functional.cross_entropy(logits, labels).item<float>(), ours, 1e-6f);
    }

    [TestMethod]
    public void The_uniform_convention_is_the_librarys_label_smoothing()
    {
        using var scope = NewDisposeScope();
        var logits = randn([16, 10], generator: new Generator(1));
        var labels = randint(0, 10, [16], dtype: ScalarType.Int64, generator: new Generator(2));
        var targets = LabelSmoothing.Targets(labels, 10, 0.1, LabelSmoothingConvention.Uniform);
        var theirs = nn.functional.cross_entropy(logits, labels, label_smoothing: 0.1).item<float>();
        Assert.AreEqual(theirs, SoftTargetCrossEntropy.Of(logits, targets).item<float>(), 1e-6f);
    }

    [TestMethod]
    public void The_papers_loss_is_smallest_at_its_optimal_logit_gap()
    {
        // BoT §5.2: z* = log((K - 1)(1 - eps) / eps), so the gradient there is zero.
        const int K = 10;
        const double Epsilon = 0.1;
        using var scope = NewDisposeScope();
        var gap = Math.Log((K - 1) * (1 - Epsilon) / Epsilon);
        var logits = zeros([1, K], ScalarType.Float64);
        logits[0, 3] = gap;
        logits.requires_grad = true;
        var q = LabelSmoothing.Targets(tensor(new long[] { 3 }), K, Epsilon).to(ScalarType.Float64);
        SoftTargetCrossEntropy.Of(logits, q).backward();
        Assert.IsLessThan(1e-8, logits.grad!.abs().max().item<double>());
    }

    [TestMethod]
    public void The_gradient_is_softmax_minus_target_over_the_rows()
    {
        using var scope = NewDisposeScope();
        var logits = randn([5, 7], ScalarType.Float64, generator: new Generator(3));
        logits.requires_grad = true;
        var q = rand([5, 7], ScalarType.Float64, generator: new Generator(4)).softmax(1);
        SoftTargetCrossEntropy.Of(logits, q).backward();
        var expected = (logits.detach().softmax(1) - q) / 5;
        Assert.IsLessThan(1e-12, (logits.grad! - expected).abs().max().item<double>());
    }

    [TestMethod]
    [DataRow(-0.1)]
    [DataRow(1.0)]
    [DataRow(double.NaN)]
    public void An_epsilon_outside_its_range_is_refused(double epsilon)
    {
        using var labels = tensor(new long[] { 0 });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LabelSmoothing.Targets(labels, 4, epsilon));
    }
}
