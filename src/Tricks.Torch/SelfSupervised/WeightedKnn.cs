using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.SelfSupervised;

/// <summary>Classifies features by their nearest neighbours, weighted by similarity: a measure of features without any training.</summary>
/// <remarks>
/// Wu et al. (arXiv:1805.01978), as in lightly: the k rows of the bank with the highest cosine similarity s vote for their
/// class with the weight exp(s / T).
/// </remarks>
public static class WeightedKnn
{
    private const int RowsAtOnce = 512;

    /// <summary>The share of the votes that each class has.</summary>
    /// <param name="bank">Features whose labels are known.</param>
    /// <param name="queries">Features to classify, of the same length; their labels are not read.</param>
    /// <param name="k">Neighbours; at most the rows of the bank are used.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <returns>(queries, bank's classes), row by row; the rows add up to 1.</returns>
    /// <exception cref="ArgumentException">The features have other lengths, or the bank is empty.</exception>
    public static float[] Scores(ImageFeatures bank, ImageFeatures queries, int k = 200, double temperature = 0.1)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        if (!(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "The temperature must be a finite number greater than 0; the usual value is 0.1.");
        if (bank.Count == 0 || bank.Dimensions != queries.Dimensions)
            throw new ArgumentException($"The bank has {bank.Count} rows of {bank.Dimensions} features, the queries have {queries.Dimensions}; both must come from the same network, and the bank needs rows.", nameof(bank));

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var known = nn.functional.normalize(bank.ToTensor(), p: 2, dim: 1).t();                         // (D, M)
        var classes = nn.functional.one_hot(bank.LabelTensor(), bank.Classes).to(ScalarType.Float32);   // (M, K)
        var asked = nn.functional.normalize(queries.ToTensor(), p: 2, dim: 1);                          // (Q, D)
        var scores = new List<float>(queries.Count * bank.Classes);
        for (var from = 0; from < queries.Count; from += RowsAtOnce)
        {
            using var part = NewDisposeScope();
            var rows = Math.Min(RowsAtOnce, queries.Count - from);
            var (similarity, index) = asked.narrow(0, from, rows).matmul(known).topk(Math.Min(k, bank.Count), dim: 1); // (R, k)
            var weights = similarity.DividedBy(temperature).softmax(1);                                 // exp(s / T) over its sum
            var votes = classes.index_select(0, index.flatten()).view(rows, -1, bank.Classes);          // (R, k, K)
            scores.AddRange((weights.unsqueeze(2) * votes).sum(1).contiguous().data<float>());
        }

        return [.. scores];
    }

    /// <summary>The share of queries whose label has most of the votes.</summary>
    /// <inheritdoc cref="Scores"/>
    public static double Accuracy(ImageFeatures bank, ImageFeatures queries, int k = 200, double temperature = 0.1) =>
        queries is null ? throw new ArgumentNullException(nameof(queries)) : queries.Accuracy(Scores(bank, queries, k, temperature));
}
