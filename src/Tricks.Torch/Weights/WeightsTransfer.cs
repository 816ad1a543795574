using Tricks.Torch.Models;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

/// <summary>From other people's weights to a network's: what fits is copied, what may differ is seen to, the rest is an error.</summary>
internal static class WeightsTransfer
{
    internal static InitialWeightsReport Copy(
        OpenedWeights weights,
        nn.Module network,
        Architecture architecture,
        int classes,
        Preprocessing? preprocessing,
        IReadOnlyDictionary<int, int>? headRows)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        VariantCheck.ThrowIfOther(weights, architecture);
        var targets = StateDict.Of(network);
        var translated = WeightNames.Translate(weights.Tensors, targets);
        var plan = TransferPlan.Of(targets, translated.Tensors, classes, weights.Source, headAfresh: headRows is not null);
        headRows ??= new Dictionary<int, int>();
        CheckHeadRows(plan, headRows, classes);
        Copy(plan, headRows);
        List<string> notes = [.. translated.Notes];
        if (headRows.Count > 0)
            notes.Add($"{headRows.Count} rows of the classifier were taken over.");
        if (InputTransform.Fold(weights.ConfigFor(architecture), preprocessing, architecture, targets) is { } folded)
            notes.Add(folded);
        return plan.Report(weights.Source, notes);
    }

    private static void Copy(TransferPlan plan, IReadOnlyDictionary<int, int> headRows)
    {
        foreach (var (target, source) in plan.Copies)
            target.copy_(source);
        foreach (var target in plan.Zeros)
            target.zero_();
        foreach (var (target, source) in plan.Summed)
            target.copy_(source.sum(1, keepdim: true));         // (out, 3, kh, kw) to (out, 1, kh, kw)
        foreach (var (target, source) in plan.Heads)
        {
            foreach (var (row, sourceRow) in headRows)
                target[row].copy_(source[sourceRow]);
        }
    }

    private static void CheckHeadRows(TransferPlan plan, IReadOnlyDictionary<int, int> headRows, int classes)
    {
        if (headRows.Count == 0)
            return;
        if (plan.Heads.Count == 0)
            throw new ArgumentException("The weights have no classifier whose rows could be taken over.", nameof(headRows));
        var sourceClasses = plan.Heads[0].Source.shape[0];
        foreach (var (row, sourceRow) in headRows)
        {
            if (row < 0 || row >= classes)
                throw new ArgumentException($"Class {row} is to get a row of the weights' classifier; there are classes 0 to {classes - 1}.", nameof(headRows));
            if (sourceRow < 0 || sourceRow >= sourceClasses)
                throw new ArgumentException($"Row {sourceRow} of the weights' classifier is wanted; it has rows 0 to {sourceClasses - 1}.", nameof(headRows));
        }
    }
}
