using System.Numerics;
using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Transforms;

[TestClass]
public class PcaNoiseTests
{
    private static readonly double[] Eigenvalues = [55.4625, 4.7940, 1.1475];

    // rows R, G, B; columns are the components
    private static readonly double[][] Eigenvectors =
        [[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]];

    [TestMethod]
    public void A_unit_coefficient_adds_an_eigenvector_times_its_eigenvalue()
    {
        for (var component = 0; component < 3; component++)
        {
            var noise = PcaNoise.Of(component == 0 ? 1 : 0, component == 1 ? 1 : 0, component == 2 ? 1 : 0);
            for (var channel = 0; channel < 3; channel++)
                Assert.AreEqual(Eigenvectors[channel][component] * Eigenvalues[component], noise[channel], 1e-4);
        }
    }

    [TestMethod]
    public void The_covariance_is_that_of_the_components()
    {
        const int count = 100_000;
        var random = new SeededRandom(1);
        var draws = Enumerable.Range(0, count).Select(_ => PcaNoise.Draw(0.1, random)).ToArray();
        for (var a = 0; a < 3; a++)
        {
            Assert.AreEqual(0, draws.Average(d => (double)d[a]), 0.05); // 3.2 / sqrt(n) = 0.01
            for (var b = 0; b < 3; b++)
            {
                var expected = Enumerable.Range(0, 3).Sum(k => Eigenvectors[a][k] * Eigenvectors[b][k] * Math.Pow(0.1 * Eigenvalues[k], 2));
                Assert.AreEqual(expected, draws.Average(d => (double)d[a] * d[b]), 0.02 * 10.4); // 2% of the largest: 4.4 errors
            }
        }

        // The two small components, which the covariance hardly sees: draws have their variances along them.
        for (var k = 1; k < 3; k++)
        {
            var axis = new Vector3((float)Eigenvectors[0][k], (float)Eigenvectors[1][k], (float)Eigenvectors[2][k]);
            var variance = draws.Average(d => Math.Pow(Vector3.Dot(d, axis), 2));
            Assert.AreEqual(1, variance / Math.Pow(0.1 * Eigenvalues[k], 2), 0.03);
        }
    }

    [TestMethod]
    public void A_deviation_of_0_adds_nothing() => Assert.AreEqual(Vector3.Zero, PcaNoise.Draw(0, new SeededRandom(1)));
}
