using Tricks.MLNet.Experiments;
using Tricks.Torch.Training;

namespace Tricks.MLNet.Tests.Experiments;

[TestClass]
public sealed class SearchTests
{
    private static SearchSpace<TrainingRecipe> Space => new SearchSpace<TrainingRecipe>(TrainingRecipe.ShortBagOfTricks)
        .LogUniform("LearningRate", 0.01, 1, (r, v) => r with { LearningRate = v })
        .Uniform("LabelSmoothing", 0, 0.2, (r, v) => r with { LabelSmoothing = v })
        .Choice("ZeroGamma", [true, false], (r, v) => r with { ZeroGamma = v })
        .Epochs(1, 9, (r, v) => r with { Epochs = v });

    [TestMethod]
    public void Samples_lie_in_their_ranges_and_are_a_function_of_seed_and_number()
    {
        var recipes = Enumerable.Range(0, 400).Select(i => Space.Sample(7, i).Parameter).ToArray();
        Assert.IsTrue(Array.TrueForAll(recipes, r => r.LearningRate is >= 0.01 and < 1 && r.LabelSmoothing is >= 0 and < 0.2 && r.Epochs == 9));
        // Half of the logarithms lie below that of 0.1: binomial deviation 0.025.
        Assert.AreEqual(0.5, recipes.Count(r => r.LearningRate < 0.1) / 400.0, 0.1);
        Assert.AreEqual(0.5, recipes.Count(r => r.ZeroGamma) / 400.0, 0.1);
        Assert.AreEqual(recipes[3], Space.Sample(7, 3).Parameter);
        Assert.AreNotEqual(recipes[3], Space.Sample(8, 3).Parameter);
        StringAssert.StartsWith(Space.Sample(7, 3).Description, "LearningRate = 0.");
    }

    [TestMethod]
    public void Halving_gives_each_rung_the_best_third_and_three_times_the_epochs()
    {
        CollectionAssert.AreEqual(new[] { new Rung(27, 1), new Rung(9, 3), new Rung(3, 9) }, SuccessiveHalving.Rungs(27, 1, 1, 9, 3).ToArray());
        // The finalist's full training is the comparison itself.
        CollectionAssert.AreEqual(new[] { new Rung(9, 1), new Rung(3, 3) }, SuccessiveHalving.Rungs(9, 1, 1, 9, 3).ToArray());
        CollectionAssert.AreEqual(new[] { new Rung(4, 9) }, SuccessiveHalving.Rungs(4, 2, 5, 9, 2).ToArray()); // 9 is not twice 5
        Assert.IsEmpty(SuccessiveHalving.Rungs(3, 3, 1, 9, 3));
    }

    [TestMethod]
    public void Empty_ranges_are_refused()
    {
        var space = new SearchSpace<TrainingRecipe>(TrainingRecipe.Baseline);
        StringAssert.Contains(Assert.Throws<ArgumentOutOfRangeException>(() => space.LogUniform("LearningRate", 0, 1, (r, v) => r)).Message, "above 0");
        Assert.Throws<ArgumentOutOfRangeException>(() => space.Uniform("LearningRate", 2, 1, (r, v) => r));
        Assert.Throws<ArgumentOutOfRangeException>(() => space.Epochs(0, 1, (r, v) => r));
        Assert.Throws<ArgumentException>(() => space.Choice("ZeroGamma", Array.Empty<bool>(), (r, v) => r));
    }
}
