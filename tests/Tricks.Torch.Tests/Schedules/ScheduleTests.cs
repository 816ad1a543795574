using Tricks.Torch.Schedules;
using Tricks.Torch.Training;

namespace Tricks.Torch.Tests.Schedules;

[TestClass]
public class ScheduleTests
{
    [TestMethod]
    public void Cosine_starts_full_is_half_in_the_middle_and_ends_above_zero()
    {
        var schedule = new CosineSchedule(0.4, 100);
        Assert.AreEqual(0.4, schedule.At(0), 1e-15);
        Assert.AreEqual(0.2, schedule.At(50), 1e-15);
        Assert.AreEqual(0.2 * (1 + Math.Cos(Math.PI * 0.99)), schedule.At(99), 1e-15);
        Assert.AreEqual(0, schedule.At(100));
    }

    [TestMethod]
    public void Warm_up_is_i_eta_over_m_at_batch_i()
    {
        var schedule = new Warmup(5, new ConstantSchedule(0.5));
        double[] expected = [0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.5];
        for (var step = 0; step < expected.Length; step++)
            Assert.AreEqual(expected[step], schedule.At(step), 1e-15);
    }

    [TestMethod]
    public void Warm_up_of_no_steps_is_the_other_schedule()
    {
        var cosine = new CosineSchedule(0.1, 10);
        for (var step = 0; step < 10; step++)
            Assert.AreEqual(cosine.At(step), new Warmup(0, cosine).At(step));
    }

    [TestMethod]
    public void The_baseline_divides_by_10_at_epochs_30_60_and_90_of_120()
    {
        var schedule = TrainingRecipe.Baseline.LearningRateSchedule(stepsPerEpoch: 10);
        double[] expected = [0.1, 0.1, 0.01, 0.01, 0.001, 0.001, 0.0001];
        int[] epochs = [0, 29, 30, 59, 60, 89, 90];
        for (var i = 0; i < epochs.Length; i++)
            Assert.AreEqual(expected[i], schedule.At(epochs[i] * 10), 1e-12, $"epoch {epochs[i]}");
        Assert.AreEqual(0.1, schedule.At(299), 1e-12);
    }

    [TestMethod]
    public void Milestones_stay_where_they_are_when_warm_up_precedes()
    {
        var recipe = TrainingRecipe.Baseline with { Epochs = 120, WarmupEpochs = 5 };
        var schedule = recipe.LearningRateSchedule(10);
        Assert.AreEqual(0.1, schedule.At(299), 1e-12);
        Assert.AreEqual(0.01, schedule.At(300), 1e-12);
    }

    [TestMethod]
    public void Exponential_falls_once_an_epoch()
    {
        var schedule = new ExponentialSchedule(0.1, StepsPerEpoch: 4, Factor: 0.94);
        Assert.AreEqual(0.1, schedule.At(3), 1e-15);
        Assert.AreEqual(0.1 * 0.94, schedule.At(4), 1e-15);
        Assert.AreEqual(0.1 * Math.Pow(0.94, 7), schedule.At(31), 1e-15);
    }

    [TestMethod]
    public void Efficient_training_warms_up_over_5_epochs_to_the_linearly_scaled_rate()
    {
        var schedule = TrainingRecipe.EfficientTraining.LearningRateSchedule(stepsPerEpoch: 10);
        Assert.AreEqual(0.4 / 50, schedule.At(0), 1e-12); // 0.1 * 1024 / 256
        Assert.AreEqual(0.4, schedule.At(49), 1e-12);
    }

    [TestMethod]
    public void In_a_short_run_warm_up_is_a_tenth_and_the_cosine_takes_the_rest()
    {
        var recipe = TrainingRecipe.BagOfTricks with { Epochs = 20, BatchSize = 256 };
        var schedule = recipe.LearningRateSchedule(stepsPerEpoch: 10); // 200 steps, 20 of them warm-up
        Assert.AreEqual(0.1, schedule.At(19), 1e-12);
        Assert.AreEqual(0.1, schedule.At(20), 1e-12);
        Assert.AreEqual(0.05, schedule.At(110), 1e-12);
        Assert.IsGreaterThan(0, schedule.At(199));
    }

    [TestMethod]
    [DataRow(256, 0.1)]
    [DataRow(1024, 0.4)]
    [DataRow(64, 0.025)]
    public void Linear_scaling_is_the_identity_at_256(int batchSize, double expected) =>
        Assert.AreEqual(expected, LinearScaling.Rate(0.1, batchSize), 1e-15);
}
