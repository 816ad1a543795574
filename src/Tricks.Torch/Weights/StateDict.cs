using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

/// <summary>The named weights of a network: parameters and buffers, in PyTorch's order.</summary>
/// <remarks>TorchSharp's <c>state_dict()</c> has the same names and puts all parameters before all buffers.</remarks>
public static class StateDict
{
    private const string BatchCounter = "num_batches_tracked";

    /// <summary>Every entry, module by module: its parameters, its buffers, then its children.</summary>
    /// <returns>The network's own tensors: they are not copied, and the network keeps owning them.</returns>
    public static IReadOnlyList<NamedTensor> Of(nn.Module network)
    {
        ArgumentNullException.ThrowIfNull(network);
        List<NamedTensor> entries = [];
        Add(network, prefix: "", entries);
        return entries;
    }

    /// <summary>Copies weights into the network, all of them or none.</summary>
    /// <param name="network">Its tensors keep their device, their type and their order in memory.</param>
    /// <param name="weights">
    /// One entry for each of the network's, in any order; floating-point types convert into each other. Only
    /// <c>num_batches_tracked</c> may be missing, as in files older than PyTorch 0.4.1; it becomes 0.
    /// </param>
    /// <exception cref="WeightsMismatchException">Names or shapes differ; the network is unchanged.</exception>
    public static void Load(nn.Module network, IEnumerable<NamedTensor> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var targets = Of(network);
        var sources = Match(targets, weights);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, target) in targets)
        {
            if (sources.TryGetValue(name, out var source))
                target.copy_(source);
            else
                target.zero_();
        }
    }

    private static Dictionary<string, Tensor> Match(IReadOnlyList<NamedTensor> targets, IEnumerable<NamedTensor> weights)
    {
        var wanted = targets.ToDictionary(entry => entry.Name, entry => entry.Tensor);
        Dictionary<string, Tensor> found = [];
        List<string> unexpected = [], misshapen = [];
        foreach (var (name, tensor) in weights)
        {
            if (!wanted.TryGetValue(name, out var target) || !found.TryAdd(name, tensor))
                unexpected.Add(name);
            else if (!target.shape.AsSpan().SequenceEqual(tensor.shape) || target.is_floating_point() != tensor.is_floating_point())
                misshapen.Add($"{name} is {Kind(tensor)} and must be {Kind(target)}");
        }

        var missing = targets.Select(entry => entry.Name)
            .Where(name => !found.ContainsKey(name) && !name.EndsWith(BatchCounter, StringComparison.Ordinal))
            .ToList();
        if (missing.Count + unexpected.Count + misshapen.Count > 0)
            throw new WeightsMismatchException(missing, unexpected, misshapen);
        return found;
    }

    private static string Kind(Tensor tensor) => $"{tensor.dtype} ({string.Join(", ", tensor.shape)})";

    private static void Add(nn.Module module, string prefix, List<NamedTensor> entries)
    {
        foreach (var (name, parameter) in module.named_parameters(recurse: false))
            entries.Add(new(prefix + name, parameter));
        foreach (var (name, buffer) in module.named_buffers(recurse: false, include_nonpersistent: false))
            entries.Add(new(prefix + name, buffer));
        foreach (var (name, child) in module.named_children())
            Add(child, $"{prefix}{name}.", entries);
    }
}
