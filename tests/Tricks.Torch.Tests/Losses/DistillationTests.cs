using Tricks.Torch.Losses;
using Tricks.Torch.Tests.Golden;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Losses;

[TestClass]
public class DistillationTests
{
    private const double T = 20;

    [TestMethod]
    [DataRow(ScalarType.Float64, "distillation", new[] { 2.0 })]
    [DataRow(ScalarType.Float32, "distillation", new[] { 2.0 })]
    [DataRow(ScalarType.Float64, "ensemble", new[] { 2.0, 3.0 })]
    [DataRow(ScalarType.Float32, "ensemble", new[] { 2.0, 3.0 })]
    public void Loss_and_gradient_are_PyTorchs(ScalarType type, string recorded, double[] teachers)
    {
        using var scope = NewDisposeScope();
        var logits = (Waves.Of([5, 7], 1, type) * 3).detach();
        logits.requires_grad = true;
        var soft = Distillation.SoftTargets([.. teachers.Select(phase => Waves.Of([5, 7], phase, type) * 5)], T);
        var hard = LabelSmoothing.Targets(arange(5), 7, 0);
        var loss = SoftTargetCrossEntropy.Of(logits, hard) + Distillation.Loss(logits, soft, T);
        loss.backward();
        Waves.AssertEqual(
            Waves.Recorded("losses", type.ToString().ToLowerInvariant(), recorded), cat([loss.reshape(1), logits.grad!.flatten()]));
    }

    [TestMethod]
    public void A_student_that_equals_its_teacher_has_no_gradient_left()
    {
        using var scope = NewDisposeScope();
        var logits = Waves.Of([5, 7], 1);
        logits.requires_grad = true;
        Distillation.Loss(logits, Distillation.SoftTargets([logits.detach()], T), T).backward();
        Assert.IsLessThan(1e-14, logits.grad!.abs().max().item<double>());
    }

    [TestMethod]
    public void A_teacher_of_another_normalisation_sees_the_image_normalised_its_own_way()
    {
        using var scope = NewDisposeScope();
        using var network = nn.Sequential(("flatten", nn.Flatten()), ("fc", nn.Linear(3 * 4 * 4, 6)));
        var student = Preprocessing.ImageNet(4);
        var own = student with { Mean = [10, 20, 30], StandardDeviation = [50, 60, 70] };
        var pixels = rand([2, 3, 4, 4], generator: new Generator(1)) * 255;
        using var teachers = new TeacherEnsemble([new Teacher(network, own)], student, T, CPU);
        var expected = Distillation.SoftTargets([network.call(Normalised(pixels, own)).detach()], T);
        var actual = teachers.SoftTargets(Normalised(pixels, student));
        Assert.IsLessThan(1e-6f, (expected - actual).abs().max().item<float>());
        Assert.IsFalse(actual.requires_grad);
        Assert.IsFalse(network.training);
    }

    [TestMethod]
    public void A_teacher_of_other_channels_is_refused()
    {
        using var network = nn.Linear(2, 2);
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => new TeacherEnsemble([new Teacher(network, Preprocessing.ImageNet(4))], Preprocessing.ImageNet(4, channels: 1), T, CPU));
        StringAssert.Contains(error.Message, "3 channels, the student of 1");
    }

    private static Tensor Normalised(Tensor pixels, Preprocessing preprocessing) =>
        (pixels - tensor(preprocessing.Mean.ToArray(), [1, 3, 1, 1])) / tensor(preprocessing.StandardDeviation.ToArray(), [1, 3, 1, 1]);
}
