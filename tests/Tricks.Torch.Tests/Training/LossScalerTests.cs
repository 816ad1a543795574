using Tricks.Torch.Tests.Golden;
using Tricks.Torch.Training;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Training;

[TestClass]
public class LossScalerTests
{
    [TestMethod]
    public void A_scaled_and_unscaled_gradient_is_the_plain_one_to_the_bit()
    {
        using var scope = NewDisposeScope();
        using var scaler = new LossScaler();
        var (plain, scaled) = (Weight(), Weight());
        plain.square().sum().backward();
        (scaled.square().sum() * scaler.Scale).backward();
        Assert.IsTrue(scaler.Unscale([scaled, zeros(2)]));
        Assert.IsTrue(Waves.Same(plain.grad!, scaled.grad!));
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void A_gradient_that_is_not_finite_halves_the_scale_down_to_1(float value)
    {
        using var scope = NewDisposeScope();
        using var scaler = new LossScaler();
        for (var expected = 32768.0; expected >= 0.25; expected /= 2)
        {
            Assert.IsFalse(scaler.Unscale([WithGradient(value)]));
            Assert.AreEqual(Math.Max(1, expected), scaler.Scale);
        }
    }

    [TestMethod]
    public void Two_thousand_good_steps_in_a_row_double_the_scale()
    {
        using var scope = NewDisposeScope();
        using var scaler = new LossScaler();
        var good = WithGradient(1);
        for (var step = 1; step < LossScaler.GrowthInterval; step++)
            scaler.Unscale([good]);
        Assert.AreEqual(65536, scaler.Scale);
        using var resumed = new LossScaler();
        resumed.LoadState(scaler.State);
        resumed.Unscale([good]);
        Assert.AreEqual(131072, resumed.Scale);

        scaler.Unscale([WithGradient(float.NaN)]); // begins the count anew
        for (var step = 1; step < LossScaler.GrowthInterval; step++)
            scaler.Unscale([good]);
        Assert.AreEqual(32768, scaler.Scale);
    }

    private static Tensor Weight() => Waves.Of([5], 1, ScalarType.Float32).requires_grad_();

    private static Tensor WithGradient(float value)
    {
        var parameter = zeros(1, requires_grad: true);
        parameter.grad = full([1], value);
        return parameter;
    }
}
