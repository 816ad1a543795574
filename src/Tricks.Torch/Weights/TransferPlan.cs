using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

/// <summary>A tensor of a network and the one that it gets its values from.</summary>
internal readonly record struct TensorPair(Tensor Target, Tensor Source);

/// <summary>What becomes of every entry of a network when weights are loaded into it; nothing is copied yet.</summary>
internal sealed class TransferPlan
{
    private const string BatchCounter = "num_batches_tracked";
    private const string AuxiliaryPrefix = "AuxLogits.";    // torchvision's Inception-v3: not needed to compute logits

    private readonly Dictionary<string, Tensor> _targets;
    private readonly Dictionary<string, Tensor> _sources = [];
    private readonly List<TensorPair> _copies = [], _summed = [], _heads = [];
    private readonly List<Tensor> _zeros = [];
    private readonly List<string> _missing = [], _unexpected = [], _misshapen = [];
    private readonly List<string> _reset = [], _summedNames = [], _ignored = [];
    private bool _freshAuxiliary;

    private TransferPlan(IReadOnlyList<NamedTensor> targets) =>
        _targets = targets.ToDictionary(entry => entry.Name, entry => entry.Tensor);

    /// <summary>Equal shapes: the values are copied.</summary>
    internal IReadOnlyList<TensorPair> Copies => _copies;

    /// <summary>Stems of gray networks: the source's channels are summed.</summary>
    internal IReadOnlyList<TensorPair> Summed => _summed;

    /// <summary>Classifiers whose rows can be had one by one, of equal or other numbers of classes.</summary>
    internal IReadOnlyList<TensorPair> Heads => _heads;

    /// <summary>Batch counters that the weights lack.</summary>
    internal IReadOnlyList<Tensor> Zeros => _zeros;

    /// <exception cref="WeightsMismatchException">Something neither fits nor may differ.</exception>
    internal static TransferPlan Of(
        IReadOnlyList<NamedTensor> targets, IEnumerable<NamedTensor> sources, int classes, string from, bool headAfresh)
    {
        var plan = new TransferPlan(targets);
        plan.AddSources(sources);
        var heads = plan.HeadModules(targets, classes);
        foreach (var head in heads)
            plan.AddHead(head, heads, headAfresh);
        var stem = targets.FirstOrDefault(entry => entry.Tensor.dim() == 4).Name;
        foreach (var (name, target) in targets.Where(entry => !heads.Exists(head => BelongsTo(entry.Name, head))))
            plan.Add(name, target, isStem: name == stem);
        if (plan._missing.Count + plan._unexpected.Count + plan._misshapen.Count > 0)
            throw new WeightsMismatchException(plan._missing, plan._unexpected, plan._misshapen, from);
        return plan;
    }

    internal InitialWeightsReport Report(string source, IEnumerable<string> notes) => new(
        source,
        Loaded: _copies.Count + _summed.Count,
        _reset,
        _summedNames,
        _ignored,
        [.. notes, .. _freshAuxiliary ? ["The auxiliary classifier is not among the weights and begins afresh."] : Array.Empty<string>()]);

    private void AddSources(IEnumerable<NamedTensor> sources)
    {
        var hasAuxiliary = _targets.Keys.Any(IsAuxiliary);
        foreach (var (name, tensor) in sources)
        {
            if (_targets.ContainsKey(name) && _sources.TryAdd(name, tensor))
                continue;
            (IsAuxiliary(name) && !hasAuxiliary ? _ignored : _unexpected).Add(name);
        }

        _freshAuxiliary = hasAuxiliary && !_sources.Keys.Any(IsAuxiliary);
    }

    /// <summary>The last linear layer with one row for each class, and the auxiliary classifier's.</summary>
    private List<string> HeadModules(IReadOnlyList<NamedTensor> targets, int classes)
    {
        var candidates = targets.Where(entry => entry.Name.EndsWith(".weight", StringComparison.Ordinal) && entry.Tensor.shape is [var rows, _] && rows == classes)
            .Select(entry => entry.Name[..^".weight".Length])
            .ToList();
        var last = candidates.FindLast(head => !IsAuxiliary(head));
        return [.. candidates.Where(head => head == last || (IsAuxiliary(head) && !_freshAuxiliary))];
    }

    /// <summary>A classifier is taken as a whole or begins afresh as a whole. Weights without any classifier have 0 classes.</summary>
    private void AddHead(string head, List<string> heads, bool afresh)
    {
        var names = _targets.Keys.Where(name => BelongsTo(name, head)).ToList();
        var pairs = names.Where(_sources.ContainsKey).Select(name => new TensorPair(_targets[name], _sources[name])).ToList();
        if (pairs.Count == 0 && !_sources.Keys.Any(name => heads.Exists(other => BelongsTo(name, other))))
        {
            _reset.AddRange(names);
            return;
        }

        var fits = pairs.Count == names.Count
            && pairs.TrueForAll(pair => SameKind(pair) && pair.Source.dim() > 0 && pair.Source.shape[0] == pairs[0].Source.shape[0]
                && pair.Source.shape.AsSpan(1).SequenceEqual(pair.Target.shape.AsSpan(1)));
        if (!fits)
        {
            foreach (var name in names)
                Add(name, _targets[name], isStem: false);
            return;
        }

        _heads.AddRange(pairs);
        if (afresh || pairs[0].Source.shape[0] != pairs[0].Target.shape[0])
            _reset.AddRange(names);
        else
            _copies.AddRange(pairs);
    }

    private void Add(string name, Tensor target, bool isStem)
    {
        if (!_sources.TryGetValue(name, out var source))
        {
            if (name.EndsWith(BatchCounter, StringComparison.Ordinal))
                _zeros.Add(target);                             // files older than PyTorch 0.4.1 have none
            else if (!(_freshAuxiliary && IsAuxiliary(name)))
                _missing.Add(name);
            return;
        }

        var pair = new TensorPair(target, source);
        if (SameKind(pair) && target.shape.AsSpan().SequenceEqual(source.shape))
        {
            _copies.Add(pair);
        }
        else if (isStem && SameKind(pair) && IsGrayOfColour(target.shape, source.shape))
        {
            _summed.Add(pair);
            _summedNames.Add(name);
        }
        else
        {
            _misshapen.Add($"{name} is {Kind(source)} and must be {Kind(target)}");
        }
    }

    private static bool IsGrayOfColour(long[] target, long[] source) =>
        target is [var rows, 1, var height, var width] && source is [var sourceRows, 3, var sourceHeight, var sourceWidth]
        && (rows, height, width) == (sourceRows, sourceHeight, sourceWidth);

    private static bool SameKind(TensorPair pair) => pair.Target.is_floating_point() == pair.Source.is_floating_point();

    private static bool IsAuxiliary(string name) => name.StartsWith(AuxiliaryPrefix, StringComparison.Ordinal);

    private static bool BelongsTo(string name, string module) =>
        name.Length > module.Length && name[module.Length] == '.' && name.StartsWith(module, StringComparison.Ordinal)
        && name.LastIndexOf('.') == module.Length;

    private static string Kind(Tensor tensor) => $"{tensor.dtype} ({string.Join(", ", tensor.shape)})";
}
