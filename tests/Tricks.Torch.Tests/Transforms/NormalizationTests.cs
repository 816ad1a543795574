using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Transforms;

[TestClass]
public class NormalizationTests
{
    [TestMethod]
    [DataRow(1), DataRow(3)]
    public void Each_channel_loses_its_mean_and_is_divided_by_its_deviation(int channels)
    {
        var preprocessing = Preprocessing.ImageNet(9, channels);
        var image = Samples.Noise(9, 9, channels); // 81 and 243 values: vectors and a remainder
        var values = Array.ConvertAll(image.Values, v => (float)v);
        new Normalization(preprocessing).Apply(values);
        var expected = image.Values.Select((v, i) =>
            (v - (double)preprocessing.Mean[i % channels]) / preprocessing.StandardDeviation[i % channels]).ToArray();
        Samples.AreClose(expected, values, 1e-6);
    }

    [TestMethod]
    [DataRow(1), DataRow(3)]
    public void The_table_of_bytes_gives_the_same_bits(int channels)
    {
        var normalization = new Normalization(Preprocessing.ImageNet(9, channels));
        byte[] bytes = [.. Enumerable.Range(0, 256 * 3).Select(i => (byte)(i / 3))];
        var values = Array.ConvertAll(bytes, v => (float)v);
        var fromTable = new float[values.Length];
        normalization.Apply(values);
        normalization.Apply(bytes, fromTable);
        Assert.IsTrue(Samples.SameBits(values, fromTable));
    }

    [TestMethod]
    public void Bytes_are_divided_to_the_last_bit_whatever_mean_and_deviation()
    {
        var random = new SeededRandom(1);
        byte[] bytes = [.. Enumerable.Range(0, 256 * 3).Select(i => (byte)(i / 3))];
        var normalized = new float[bytes.Length];
        for (var i = 0; i < 300; i++)
        {
            float[] mean = [.. Enumerable.Range(0, 3).Select(_ => (float)random.NextDouble(0, 255))];
            float[] deviation = [.. Enumerable.Range(0, 3).Select(_ => (float)Math.Exp(random.NextDouble(-90, 85)))]; // to where reciprocals leave float32's range
            new Normalization(Samples.Raw(4) with { Mean = mean, StandardDeviation = deviation }).Apply(bytes, normalized);
            var divided = bytes.Select((value, at) => (value - mean[at % 3]) / deviation[at % 3]).ToArray();
            Assert.IsTrue(Samples.SameBits(divided, normalized), $"mean {string.Join(", ", mean)}, deviation {string.Join(", ", deviation)}");
        }
    }

    [TestMethod]
    public void A_deviation_of_0_and_a_wrong_number_of_means_are_refused()
    {
        var raw = Samples.Raw(4);
        Assert.ThrowsExactly<ArgumentException>(() => new Normalization(raw with { StandardDeviation = [1, 0, 1] }));
        Assert.ThrowsExactly<ArgumentException>(() => new Normalization(raw with { Mean = [1, float.NaN, 1] }));
        Assert.ThrowsExactly<ArgumentException>(() => new Normalization(raw with { Mean = [1] }));
        Assert.ThrowsExactly<ArgumentException>(() => new Normalization(raw with { Channels = 2 }));
    }
}
