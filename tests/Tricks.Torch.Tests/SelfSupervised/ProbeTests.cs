using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Tests.Training;

namespace Tricks.Torch.Tests.SelfSupervised;

[TestClass]
public class ProbeTests
{
    private const double Temperature = 0.1;

    private static readonly ImageFeatures Bank = new([1, 0, 0.8f, 0.6f, 0, 1, -1, 0], 2, [0, 0, 1, 2], classes: 3);

    private static readonly ImageFeatures Queries = new([3, 1, 1, 3, -2, 0.5f], 2, [0, 1, 2], classes: 3);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(200)]
    public void Votes_are_exp_of_similarity_over_T_of_the_k_nearest(int k)
    {
        var scores = WeightedKnn.Scores(Bank, Queries, k, Temperature);
        for (var q = 0; q < Queries.Count; q++)
        {
            var nearest = Enumerable.Range(0, Bank.Count)
                .Select(i => (Similarity: Cosine(Queries.Values.AsSpan(2 * q, 2), Bank.Values.AsSpan(2 * i, 2)), Label: Bank.Labels[i]))
                .OrderByDescending(neighbor => neighbor.Similarity).Take(Math.Min(k, Bank.Count)).ToList();
            var sum = nearest.Sum(neighbor => Math.Exp(neighbor.Similarity / Temperature));
            for (var c = 0; c < 3; c++)
            {
                var votes = nearest.Where(neighbor => neighbor.Label == c).Sum(neighbor => Math.Exp(neighbor.Similarity / Temperature));
                Assert.AreEqual(votes / sum, scores[(3 * q) + c], 1e-5, $"query {q}, class {c}");
            }
        }

        Assert.AreEqual(1, WeightedKnn.Accuracy(Bank, Queries, 1));
    }

    [TestMethod]
    public void A_linear_probe_finds_a_line_and_no_line_where_there_is_none()
    {
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, 400).Select(_ => (float)((100 * random.NextDouble()) - 20))]; // far from standardised
        int[] line = [.. Enumerable.Range(0, 200).Select(i => values[2 * i] > values[(2 * i) + 1] ? 1 : 0)];
        int[] noise = [.. Enumerable.Range(0, 200).Select(_ => random.Next(2))];
        var (lined, noisy) = (new ImageFeatures(values, 2, line, 2), new ImageFeatures(values, 2, noise, 2));
        Assert.IsGreaterThan(0.97, LinearProbe.Fit(lined).Accuracy(lined));
        Assert.IsLessThan(0.7, LinearProbe.Fit(noisy).Accuracy(noisy));
        var scores = LinearProbe.Fit(lined).Scores(lined);
        Assert.AreEqual(1, scores[0] + scores[1], 1e-5);
        CollectionAssert.AreEqual(scores, LinearProbe.Fit(lined).Scores(lined));
    }

    [TestMethod]
    public void Features_are_those_of_evaluation_mode_and_do_not_depend_on_the_batch()
    {
        using var network = Stripes.Network(zeroGamma: false);
        network.train();
        var before = Stripes.Weights(network);
        var data = Stripes.Images(10);
        var features = ImageFeatures.Extract(network, data, Stripes.Preprocessing, batchSize: 4);
        Assert.IsFalse(network.training);
        CollectionAssert.AreEqual(before, Stripes.Weights(network));
        Assert.AreEqual(64, features.Dimensions);
        CollectionAssert.AreEqual(data.Labels.ToArray(), features.Labels.ToArray());
        var again = ImageFeatures.Extract(network, data, Stripes.Preprocessing, batchSize: 10);
        for (var i = 0; i < features.Values.Length; i++)
            Assert.AreEqual(again.Values[i], features.Values[i], 1e-5);
    }

    [TestMethod]
    public void Leaves_no_tensor_behind()
    {
        using var network = Stripes.Network();
        var probe = new OnlineProbe(Stripes.Images(12), Stripes.Images(6, 1000)) { Linear = new LinearProbeOptions { Epochs = 2 } };
        TensorLeaks.AssertNone(() => probe.Run(network, Stripes.Preprocessing), parametersBuilt: 2);
    }

    [TestMethod]
    public void Bad_input_is_refused()
    {
        var other = new ImageFeatures([1, 2, 3], 3, [0], classes: 1);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => WeightedKnn.Scores(Bank, other)).Message, "same network");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => LinearProbe.Fit(other)).Message, "one class");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => WeightedKnn.Scores(Bank, Queries, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => WeightedKnn.Scores(Bank, Queries, 1, 0));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new ImageFeatures([1, 2], 2, [3], 3)).Message, "A label is 3");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => LinearProbe.Fit(Bank, new LinearProbeOptions { Epochs = 0, LearningRate = 0 })).Message, "LearningRate is 0");
    }

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
        ((a[0] * b[0]) + (a[1] * b[1])) / Math.Sqrt(((a[0] * a[0]) + (a[1] * a[1])) * ((double)(b[0] * b[0]) + (b[1] * b[1])));
}
