using Tricks.Torch.Schedules;

namespace Tricks.Torch.Tests.Schedules;

[TestClass]
public class ImageSizeScheduleTests
{
    [TestMethod]
    public void Half_the_epochs_are_small_the_last_fifth_is_full_and_sizes_between_are_multiples_of_4()
    {
        var schedule = new ImageSizeSchedule(224, 0.5, 100);
        Assert.AreEqual(112, schedule.At(0));
        Assert.AreEqual(112, schedule.At(50));
        Assert.AreEqual(168, schedule.At(65)); // halfway between 50 and 80
        Assert.AreEqual(224, schedule.At(80));
        Assert.AreEqual(224, schedule.At(99));
        Assert.IsTrue(Enumerable.Range(0, 100).All(e => schedule.At(e) % 4 == 0 && schedule.At(e) <= schedule.At(Math.Min(99, e + 1))));
    }

    [TestMethod]
    public void At_scale_1_every_epoch_has_full_size() =>
        Assert.IsTrue(Enumerable.Range(0, 7).All(epoch => new ImageSizeSchedule(30, 1, 7).At(epoch) == 30));
}
