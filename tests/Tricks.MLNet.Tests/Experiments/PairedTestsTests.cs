using Tricks.MLNet.Experiments;
using Tricks.Torch.Runtime;

namespace Tricks.MLNet.Tests.Experiments;

[TestClass]
public sealed class PairedTestsTests
{
    /// <summary>Student's t table, as every textbook prints it.</summary>
    [TestMethod]
    [DataRow(1, 0.95, 12.706)]
    [DataRow(2, 0.95, 4.303)]
    [DataRow(4, 0.95, 2.776)]
    [DataRow(9, 0.95, 2.262)]
    [DataRow(9, 0.99, 3.250)]
    [DataRow(10, 0.90, 1.812)]
    [DataRow(30, 0.95, 2.042)]
    [DataRow(120, 0.99, 2.617)]
    public void Quantiles_are_those_of_the_tables(int degreesOfFreedom, double level, double expected)
    {
        Assert.AreEqual(expected, StudentT.TwoSidedQuantile(level, degreesOfFreedom), 5e-4);
        Assert.AreEqual(1 - level, StudentT.TwoSidedProbability(StudentT.TwoSidedQuantile(level, degreesOfFreedom), degreesOfFreedom), 1e-12);
    }

    [TestMethod]
    public void The_sleep_data_of_Student_give_the_published_test()
    {
        // Student, "The probable error of a mean", Biometrika 6 (1908): extra hours of sleep under two drugs, ten patients.
        // R's t.test(extra ~ group, paired = TRUE): t = -4.0621, df = 9, p = 0.002833, interval -2.4598858 to -0.7001142.
        double[] first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        double[] second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        var test = Compare([.. first.Zip(second, (a, b) => a - b)], null);
        Assert.AreEqual(-1.58, test.Difference, 1e-12);
        Assert.AreEqual(-4.0621, test.Difference / test.StandardError, 5e-5);
        Assert.AreEqual(0.002833, test.PValue, 5e-7);
        Assert.AreEqual(-2.4598858, test.Lower, 5e-8);
        Assert.AreEqual(-0.7001142, test.Upper, 5e-8);
        Assert.AreEqual(ComparisonVerdict.Worse, test.Verdict);
    }

    [TestMethod]
    public void Overlapping_splits_widen_the_interval_by_the_correction_of_Nadeau_and_Bengio()
    {
        double[] differences = [0.02, 0.01, 0.03, 0.00, 0.02];
        var (plain, corrected) = (Compare(differences, null), Compare(differences, 0.25)); // 5 folds: n2 / n1 = 1 / 4
        Assert.AreEqual(Math.Sqrt((0.2 + 0.25) / 0.2), corrected.StandardError / plain.StandardError, 1e-12);
        Assert.AreEqual(1.5, (corrected.Upper - corrected.Lower) / (plain.Upper - plain.Lower), 1e-12);
        Assert.AreEqual(0.016, corrected.Difference, 1e-15);
    }

    [TestMethod]
    public void Holm_steps_down()
    {
        // By hand: 3 * 0.01, then max(0.03, 2 * 0.02), then max(0.04, 0.03).
        CollectionAssert.AreEqual(new[] { 0.04, 0.03, double.NaN, 0.04 }, PairedTests.Holm([0.03, 0.01, double.NaN, 0.02]).Select(p => Math.Round(p, 12)).ToArray());
    }

    [TestMethod]
    public void A_verdict_counts_how_many_candidates_were_tried()
    {
        double[] differences = [0.010, 0.004, 0.013, 0.002, 0.008]; // p = 0.021 alone
        Assert.AreEqual(ComparisonVerdict.Better, Compare(differences, null).Verdict);
        double[] noise = [0.01, -0.01, 0.005, -0.004, 0.001];
        var among = PairedTests.Of([differences, noise, noise, noise], ComparisonMetric.Accuracy, null, 0.95);
        Assert.IsLessThan(0.05, among[0].PValue);
        Assert.AreEqual(ComparisonVerdict.Noise, among[0].Verdict);
        Assert.IsLessThan(among[0].Lower, among[0].SimultaneousLower);
    }

    [TestMethod]
    public void Less_log_loss_is_better()
    {
        var test = PairedTests.Of([[-0.10, -0.11, -0.09, -0.10]], ComparisonMetric.LogLoss, null, 0.95)[0];
        Assert.AreEqual(ComparisonVerdict.Better, test.Verdict);
    }

    [TestMethod]
    public void One_pair_gives_no_interval_and_equal_values_no_evidence()
    {
        var single = Compare([0.013], null);
        Assert.AreEqual(ComparisonVerdict.Undecided, single.Verdict);
        Assert.AreEqual("+1.3 points, no interval, n = 1", single.ToString());
        Assert.AreEqual("no trial in common with the baseline, n = 0", Compare([], null).ToString());
        Assert.AreEqual(ComparisonVerdict.Noise, Compare([0, 0, 0], null).Verdict);
        var same = Compare([0.01, 0.01, 0.01], null);
        Assert.AreEqual(ComparisonVerdict.Undecided, same.Verdict);
        Assert.AreEqual("+1.0 points, no interval, n = 3", same.ToString());
    }

    [TestMethod]
    public void A_comparison_reads_as_a_sentence()
    {
        // mean 0.013, s = 0.00725, t = 2.776: half the width is 0.009.
        Assert.AreEqual("+1.3 points, 95% interval 0.4 to 2.2, n = 5", Compare([0.013, 0.022, 0.004, 0.0179, 0.0081], null).ToString());
    }

    /// <summary>Results of overlapping splits as Nadeau and Bengio model them: every two have the correlation n2 / (n1 + n2).</summary>
    [TestMethod]
    public void Corrected_intervals_hold_the_true_difference_at_their_rate_and_plain_ones_do_not()
    {
        const int Runs = 4000;
        const double Correlation = 0.2; // 5 folds
        var (corrected, plain) = (0, 0);
        for (var run = 0; run < Runs; run++)
        {
            var random = new SeededRandom(1, run);
            var shared = Math.Sqrt(Correlation) * random.NextGaussian();
            double[] differences = [.. Enumerable.Range(0, 5).Select(_ => 0.01 + (0.02 * (shared + (Math.Sqrt(1 - Correlation) * random.NextGaussian()))))];
            corrected += Holds(Compare(differences, 0.25)) ? 1 : 0;
            plain += Holds(Compare(differences, null)) ? 1 : 0;
        }

        // Under this correlation the corrected interval is exact: standard error of the rate 0.0034.
        Assert.AreEqual(0.95, (double)corrected / Runs, 0.012);
        Assert.IsLessThan(0.88, (double)plain / Runs);

        static bool Holds(PairedComparison c) => c.Lower <= 0.01 && 0.01 <= c.Upper;
    }

    private static PairedComparison Compare(double[] differences, double? ratio) =>
        PairedTests.Of([differences], ComparisonMetric.Accuracy, ratio, 0.95)[0];
}
